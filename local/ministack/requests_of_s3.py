"""What a request to S3 is asked for."""

import re

from mend import mend
from ministack.core import iam_actions

ONLY_SLASHES = re.compile(r"/([^/]+)/(/+)")


def with_key(path):
    """A key may be slashes alone. MiniStack splits a path at slashes, and would take such a request for its bucket's."""
    found = ONLY_SLASHES.fullmatch(path)
    return f"/{found[1]}/%2F" if found else path


@mend(iam_actions, "_s3_action")
def action_on_a_key(action_of):
    return lambda method, path, query: action_of(method, with_key(path), query)


@mend(iam_actions, "extract_resource_arn")
def resource_of_a_key(arn_of):
    return lambda service, method, path, *rest: arn_of(service, method, with_key(path) if service == "s3" else path, *rest)


@mend(iam_actions, "s3_additional_checks")
def all_permissions_of_a_write(checks_of):
    """What a write needs beside s3:PutObject on the object and s3:GetObject on what it copies.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (tags and annotations of the source are carried over)
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (x-amz-tagging)
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (If-Match reads the object)
    """

    def checks(method, path, headers, body, query):
        found = list(checks_of(method, path, headers, body, query))
        bucket, _, key = path.lstrip("/").partition("/")
        if not key or iam_actions._s3_action(method, path, query) != "PutObject":
            return found
        target = f"arn:aws:s3:::{bucket}/{key}"
        source = iam_actions._s3_source_object(headers)
        if source and "partNumber" not in query:
            arn, version = source
            of = "ObjectVersion" if version else "Object"
            found += [(f"s3:Get{of}Tagging", arn), (f"s3:Get{of}Annotation", arn)]
            found += [("s3:PutObjectTagging", target), ("s3:PutObjectAnnotation", target)]
        if headers.get("x-amz-tagging"):
            found.append(("s3:PutObjectTagging", target))
        if headers.get("if-match"):
            found.append(("s3:GetObject", target))
        return found

    return checks
