"""Writes each decision about a role as a line of JSON, `{"role", "action", "resource", "decision"}`, to the file that IAM_LOG names."""

import json
import os
import re

from mend import mend
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

# Not for the functions, which inherit the environment.
log = open(os.environ.pop("IAM_LOG"), "a", encoding="utf-8", buffering=1)

SESSION = re.compile(r"arn:[^:]+:sts::\d{12}:assumed-role/([^/]+)/.*", re.DOTALL)


def write(caller, action, resource, decision):
    role = SESSION.fullmatch(caller or "")
    if role:
        log.write(json.dumps({"role": role[1], "action": action, "resource": resource, "decision": decision}) + "\n")


@mend(iam_evaluator, "enforce")
def logged(enforce):
    def and_log(access_key, action, service, region, resource_arn="*", service_context=None):
        refusal = enforce(access_key, action, service, region, resource_arn=resource_arn, service_context=service_context)
        caller = iam_evaluator.resolve_principal(access_key or "", get_account_id())
        # A refusal names what decided, or what is wrong with the credentials.
        decision = "Allow" if refusal is None else getattr(refusal, "decision", None) or refusal.code
        write(getattr(caller, "arn", None), action, resource_arn, decision)
        return refusal

    return and_log


@mend(iam_evaluator, "evaluate_trust_policy")
def logged_trust(trusts):
    """The caller's own policies allowed it before; only a refusal adds something."""

    def and_log(document, caller, context=None):
        trusted = trusts(document, caller, context)
        if not trusted:
            write(caller, getattr(context, "action", "sts:AssumeRole"), getattr(context, "resource_arn", "*"), "NotTrusted")
        return trusted

    return and_log
