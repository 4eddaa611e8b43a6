"""S3 encodes the keys of ListObjectVersions when it is asked to (`encoding-type=url`), as XML cannot hold every character of a key.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html#API_ListObjectVersions_RequestSyntax
"""

from contextvars import ContextVar

from mend import mend
from ministack.services import s3

# Whether the listing that is being written was asked for encoded keys.
encoded = ContextVar("encoded", default=False)

KEYS = {"Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker"}


@mend(s3, "_list_object_versions")
def encoded_if_asked(list_versions):
    def listing(bucket, query):
        token = encoded.set(s3._qp(query, "encoding-type", "") == "url")
        try:
            return list_versions(bucket, query)
        finally:
            encoded.reset(token)

    return listing


@mend(s3, "_xml_body")
def with_encoded_keys(body_of):
    def body(root):
        if encoded.get() and root.tag == "ListVersionsResult":
            for element in root.iter():
                if element.tag in KEYS and element.text:
                    element.text = s3._url_encode(element.text)
            s3.SubElement(root, "EncodingType").text = "url"
        return body_of(root)

    return body
