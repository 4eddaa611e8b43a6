"""How policies are read and matched."""

import json
import re
from functools import lru_cache

from mend import mend
from ministack.core import iam_evaluator


@mend(iam_evaluator, "_fnmatch_compile")
def wildcards_match_line_breaks(compile_pattern):
    """A key may hold line breaks, and `*` matches any character."""

    @lru_cache(maxsize=4096)
    def compile_all(pattern, ignore_case):
        compiled = compile_pattern(pattern, ignore_case)
        return re.compile(compiled.pattern, compiled.flags | re.DOTALL)

    return compile_all


@mend(iam_evaluator, "parse_policy_document")
def parsed_once(parse):
    """Each request would parse the policies of its role anew, which takes longer than to evaluate them."""
    cached = lru_cache(maxsize=1024)(parse)
    return lambda document: cached(document if isinstance(document, str) else json.dumps(document))
