"""The query protocol of AWS, both ways, as botocore's model of a service describes it."""

import re
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

MODEL = ServiceModel(Loader().load_service_model("elbv2", "service-2"), "elbv2")


class Refused(Exception):
    """What AWS answers instead: a code and a message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


def read(body):
    """The operation of a request, and its input."""
    fields = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    operation = MODEL.operation_model(fields.pop("Action"))
    fields.pop("Version")
    given = value(operation.input_shape, tree(fields))
    problems = list(violations(operation.input_shape, given))
    if problems:
        raise Refused("ValidationError", "; ".join(problems))
    return operation, given


def tree(fields):
    """Dotted names as nested mappings."""
    root = {}
    for name, text in fields.items():
        *path, last = name.split(".")
        node = root
        for step in path:
            node = node.setdefault(step, {})
        node[last] = text
    return root


def value(shape, node):
    if shape.type_name == "structure":
        unknown = set(node) - set(shape.members)
        if unknown:
            raise Refused("ValidationError", f"{shape.name} has no {sorted(unknown)}")
        return {name: value(shape.members[name], below) for name, below in node.items()}
    if shape.type_name == "list":
        members = node["member"] if node else {}
        return [value(shape.member, members[index]) for index in sorted(members, key=int)]
    if shape.type_name == "integer":
        return int(node)
    if shape.type_name == "boolean":
        return node == "true"
    return node


def violations(shape, given):
    """What botocore says of an input, and what its model says and botocore does not look at: patterns and upper limits."""
    report = ParamValidator().validate(given, shape)
    if report.has_errors():
        yield report.generate_report()
    yield from beyond(shape, given, shape.name)


def beyond(shape, given, where):
    if shape.type_name == "structure":
        for name, below in given.items():
            if name in shape.members:
                yield from beyond(shape.members[name], below, f"{where}.{name}")
        return
    limit = shape.metadata.get("max")
    size = given if isinstance(given, int) else len(given)
    if limit is not None and size > limit:
        yield f"{where}: {size} is over {limit}"
    if shape.type_name == "list":
        for index, item in enumerate(given):
            yield from beyond(shape.member, item, f"{where}[{index}]")
    allowed = shape.metadata.get("enum")
    if allowed and given not in allowed:
        yield f"{where}: {given} is none of {allowed}"
    # Python knows no classes of Unicode; they stand in the pattern of tags alone.
    pattern = shape.metadata.get("pattern", "").replace(r"\p{L}\p{Z}\p{N}", r"\w ")
    if pattern and not re.search(pattern, given):
        yield f"{where}: {given!r} does not match {pattern}"


def answer(operation, output):
    """The body of an answer."""
    shape = operation.output_shape
    result = "".join(element(name, shape.members[name], below) for name, below in output.items())
    name = operation.name
    return (
        f'<{name}Response xmlns="{MODEL.metadata["xmlNamespace"]}"><{name}Result>{result}</{name}Result>'
        f"<ResponseMetadata><RequestId>stand-in</RequestId></ResponseMetadata></{name}Response>"
    )


def element(name, shape, given):
    if given is None:
        return ""
    if shape.type_name == "structure":
        inner = "".join(element(key, shape.members[key], below) for key, below in given.items() if key in shape.members)
    elif shape.type_name == "list":
        inner = "".join(element("member", shape.member, item) for item in given)
    elif shape.type_name == "boolean":
        inner = str(given).lower()
    else:
        inner = escape(str(given))
    return f"<{name}>{inner}</{name}>"


def refusal(code, message):
    """The body of an error."""
    return f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
