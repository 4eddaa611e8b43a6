"""Who asks, and over what."""

import re

from mend import mend
from ministack import app
from ministack.core import iam_evaluator


@mend(app, "pin_request_origin")
def over_tls(pin):
    """AWS is reached over TLS, this machine is not: every bucket policy that demands it would refuse everything."""
    return lambda address, _secure: pin(address, True)


SESSION = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/.*", re.DOTALL)


@mend(iam_evaluator, "_resolve_condition_key")
def principal_is_the_role(value_of):
    """For a session, aws:PrincipalArn is the ARN of its role.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """

    def resolve(key, context):
        value = value_of(key, context)
        if key.lower() != "aws:principalarn" or not isinstance(value, str):
            return value
        return SESSION.sub(r"arn:\1:iam::\2:role/\3", value)

    return resolve


@mend(iam_evaluator, "authenticate")
def whoever_rewrote_the_request(authenticate):
    """Proxies of the tests rewrite requests on their way, after which no signature fits. The key still tells the caller."""

    def by_key(access_key, account):
        answer = authenticate(access_key, account)
        if getattr(answer, "code", None) != "SignatureDoesNotMatch":
            return answer
        known = iam_evaluator.resolve_credential(access_key, account)
        return answer if isinstance(known, iam_evaluator.CredentialResolutionError) else known

    return by_key
