"""Starts MiniStack as `python -m ministack` does, with IAM enforced and with what is mended beside this file.

A module here mends things of one kind, and is imported below. The later ones see a request first: the decisions are logged as the actions that
`requests_of_*` made of them.
"""

import os

# MiniStack reads it while it is imported.
os.environ["AUTH"] = "true"

import callers  # noqa: E402, F401
import decisions  # noqa: E402, F401
import listings_of_versions  # noqa: E402, F401
import policies  # noqa: E402, F401
import requests_of_s3  # noqa: E402, F401
import requests_of_sns_and_sqs  # noqa: E402, F401
import sooner  # noqa: E402, F401
from ministack import app  # noqa: E402

# Not for tests, which look at alarms' definitions, and fail on purpose what an alarm would go on telling of for a while.
if os.environ.pop("EVALUATE_ALARMS", None):
    import metrics_and_alarms  # noqa: F401

app.main()
