"""What AWS's documentation says of the rules of an Application Load Balancer, and its API model does not."""

import re

from wire import Refused

PER_CONDITION = 3
PER_RULE = 5
WILDCARDS_PER_RULE = 5
LONGEST = 128
HEADER_NAME = 40
ONCE = {"host-header", "path-pattern", "http-request-method", "source-ip"}
CONFIGS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig", "http-header": "HttpHeaderConfig"}
CONTENT_TYPES = {"text/plain", "text/css", "text/html", "application/javascript", "application/json"}
# Look-around, back references, atomic groups, possessive quantifiers, classes of Unicode.
NOT_SUPPORTED = re.compile(r"\(\?[=!<>]|\\[1-9]|[*+?}]\+|\\p\{")


def check_conditions(conditions):
    """Refuses what the load balancer would."""
    fields = [condition["Field"] for condition in conditions]
    if not fields or any(fields.count(field) > 1 for field in ONCE):
        raise Refused("ValidationError", f"conditions on {fields}")
    strings, wildcards = 0, 0
    for condition in conditions:
        field = condition["Field"]
        config = condition.get(CONFIGS[field])
        if config is None or len(condition) != 2:
            raise Refused("InvalidConfigurationRequest", f"a condition on {field} with {sorted(condition)}")
        values, expressions = config.get("Values", []), config.get("RegexValues", [])
        if bool(values) == bool(expressions):
            raise Refused("ValidationError", f"a condition on {field} has either values or regular expressions")
        held = values + expressions
        if len(held) > PER_CONDITION:
            raise Refused("TooManyConditionValues", f"{len(held)} strings in a condition")
        if any(not 1 <= len(text) <= LONGEST for text in held):
            raise Refused("ValidationError", f"the length of {held}")
        if field == "http-header":
            name = config["HttpHeaderName"]
            if len(name) > HEADER_NAME or not re.fullmatch(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+", name) or name.lower() == "host":
                raise Refused("ValidationError", f"a condition on the header {name}")
        if field == "host-header" and not all(re.fullmatch(r"[-A-Za-z0-9.*?]*\.[A-Za-z*?]+", host) for host in values):
            raise Refused("ValidationError", f"hosts {values}")
        for expression in expressions:
            if NOT_SUPPORTED.search(expression):
                raise Refused("ValidationError", f"the regular expression {expression}")
            re.compile(expression)
        strings += len(held)
        wildcards += sum(text.count("*") + text.count("?") for text in values)
    if strings > PER_RULE or wildcards > WILDCARDS_PER_RULE:
        raise Refused("TooManyConditionValues", f"{strings} strings and {wildcards} wildcards in a rule")


def check_actions(actions, groups, https):
    """Refuses what the load balancer would; `groups` are the ARNs of target groups that there are."""
    if len(actions) != 1:
        raise Refused("InvalidLoadBalancerAction", "one action")
    action = actions[0]
    if action["Type"] == "forward":
        if action["TargetGroupArn"] not in groups:
            raise Refused("TargetGroupNotFound", action["TargetGroupArn"])
    elif action["Type"] == "fixed-response":
        kind = action["FixedResponseConfig"].get("ContentType", "text/plain")
        if kind not in CONTENT_TYPES:
            raise Refused("InvalidLoadBalancerAction", f"a fixed response of {kind}")
    elif action["Type"] == "redirect":
        config = action["RedirectConfig"]
        if https or config["Protocol"] != "HTTPS" or not re.fullmatch(r"#\{port\}|[1-9][0-9]*", config["Port"]):
            raise Refused("InvalidLoadBalancerAction", "a redirect that goes round in a circle")
    else:
        raise Refused("InvalidLoadBalancerAction", action["Type"])
