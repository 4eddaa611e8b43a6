"""A message that a function did not settle comes back after UNSETTLED_COME_BACK_SECONDS, and not after the hour that its queue says.

The hour is there because a request without an answer may land late. Here the function has ended, and what it had asked of this one process is
done, or dead, long before a minute is over. Without the variable all is as on AWS.
"""

import os
import time

from mend import mend
from ministack.services import lambda_svc, sqs

# Not for the functions, which inherit the environment.
seconds = os.environ.pop("UNSETTLED_COME_BACK_SECONDS", None)


@mend(lambda_svc, "_run_sqs_batch")
def comes_back_sooner(run_batch):
    if seconds is None:
        return run_batch

    def run(esm, function, event, batch, queue_url, queue_name):
        try:
            run_batch(esm, function, event, batch, queue_url, queue_name)
        finally:
            latest = time.time() + float(seconds)
            # What was settled is in the queue no more.
            for message in batch:
                message["visible_at"] = min(message["visible_at"], latest)

    return run
