"""An account with one VPC, and what somebody makes in it."""

import ipaddress
import itertools
import re

from conditions import check_actions, check_conditions
from wire import Refused

NAME = re.compile(r"(?!internal-)[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?")
PRIVATE = [ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
# Settings of a target group that cannot be changed.
SETTLED = ("Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "HealthCheckPath", "HealthCheckPort", "Matcher")


class Account:
    """Everything by its ARN. Methods are named after operations and take their input."""

    def __init__(self, given):
        """`given`: `vpc`, `ranges`, `subnets` (each with its zone), `securityGroups`, `certificates`, `rules`, `region`."""
        self.given = given
        self.numbers = itertools.count(1)
        self.balancers, self.groups, self.listeners, self.rules = {}, {}, {}, {}
        self.attributes, self.targets, self.tags = {}, {}, {}

    def new(self, kind, name):
        return f"arn:aws:elasticloadbalancing:{self.given['region']}:123456789012:{kind}/{name}/{next(self.numbers):016x}"

    def there(self, place, arn, code):
        if arn not in place:
            raise Refused(code, f"there is no {arn}")
        return place[arn]

    # Load balancers.

    def CreateLoadBalancer(self, it):
        self.named(it["Name"])
        if any(balancer["LoadBalancerName"] == it["Name"] for balancer in self.balancers.values()):
            raise Refused("DuplicateLoadBalancerName", it["Name"])
        arn = self.new("loadbalancer/app", it["Name"])
        self.subnets(it["Subnets"])
        self.security_groups(it["SecurityGroups"])
        self.balancers[arn] = {
            "LoadBalancerArn": arn, "LoadBalancerName": it["Name"], "Scheme": it["Scheme"], "VpcId": self.given["vpc"],
            "Type": it["Type"], "State": {"Code": "active"}, "DNSName": f"{it['Name']}.elb.example.com",
        }
        self.tags[arn] = it["Tags"]
        return {"LoadBalancers": [self.balancers[arn]]}

    def DescribeLoadBalancers(self, it):
        arns = it.get("LoadBalancerArns") or list(self.balancers)
        return {"LoadBalancers": [self.there(self.balancers, arn, "LoadBalancerNotFound") for arn in arns]}

    def ModifyLoadBalancerAttributes(self, it):
        self.there(self.balancers, it["LoadBalancerArn"], "LoadBalancerNotFound")
        self.attributes.setdefault(it["LoadBalancerArn"], {}).update({a["Key"]: a["Value"] for a in it["Attributes"]})
        return {"Attributes": it["Attributes"]}

    def SetSubnets(self, it):
        self.there(self.balancers, it["LoadBalancerArn"], "LoadBalancerNotFound")
        self.subnets(it["Subnets"])
        return {}

    def SetSecurityGroups(self, it):
        self.there(self.balancers, it["LoadBalancerArn"], "LoadBalancerNotFound")
        self.security_groups(it["SecurityGroups"])
        return {"SecurityGroupIds": it["SecurityGroups"]}

    def subnets(self, ids):
        for one in ids:
            self.there(self.given["subnets"], one, "SubnetNotFound")
        if len({self.given["subnets"][one] for one in ids}) != len(ids) or len(ids) < 2:
            raise Refused("ValidationError", "at least two subnets in different availability zones")

    def security_groups(self, ids):
        if not set(ids) <= set(self.given["securityGroups"]):
            raise Refused("InvalidSecurityGroup", str(ids))

    def named(self, name):
        if len(name) > 32 or not NAME.fullmatch(name):
            raise Refused("ValidationError", f"the name {name}")

    # Target groups.

    def CreateTargetGroup(self, it):
        self.named(it["Name"])
        for group in self.groups.values():
            if group["TargetGroupName"] == it["Name"] and any(group.get(key) != it.get(key) for key in SETTLED):
                raise Refused("DuplicateTargetGroupName", it["Name"])
        if it["VpcId"] != self.given["vpc"]:
            raise Refused("ValidationError", f"there is no {it['VpcId']}")
        if not 0 < it["HealthCheckTimeoutSeconds"] < it["HealthCheckIntervalSeconds"]:
            raise Refused("ValidationError", "the health check takes longer than its interval")
        if ("GrpcCode" in it["Matcher"]) != (it["ProtocolVersion"] == "GRPC"):
            raise Refused("ValidationError", "the codes of the health check")
        arn = self.new("targetgroup", it["Name"])
        self.groups[arn] = {"TargetGroupArn": arn, "TargetGroupName": it["Name"], **{key: it[key] for key in SETTLED}}
        self.tags[arn], self.targets[arn] = it["Tags"], {}
        return {"TargetGroups": [self.groups[arn]]}

    def DescribeTargetGroups(self, it):
        return {"TargetGroups": list(self.groups.values())}

    def ModifyTargetGroupAttributes(self, it):
        self.there(self.groups, it["TargetGroupArn"], "TargetGroupNotFound")
        return {"Attributes": it["Attributes"]}

    def RegisterTargets(self, it):
        self.there(self.groups, it["TargetGroupArn"], "TargetGroupNotFound")
        for target in it["Targets"]:
            address = ipaddress.ip_address(target["Id"])
            inside = any(address in ipaddress.ip_network(text) for text in self.given["ranges"])
            if not any(address in network for network in PRIVATE):
                raise Refused("InvalidTarget", f"{address} is not private")
            if inside == (target.get("AvailabilityZone") == "all"):
                raise Refused("InvalidTarget", f"the availability zone of {address}")
            self.targets[it["TargetGroupArn"]][target["Id"], target["Port"]] = target
        return {}

    def DeregisterTargets(self, it):
        targets = self.there(self.targets, it["TargetGroupArn"], "TargetGroupNotFound")
        for target in it["Targets"]:
            if targets.pop((target["Id"], target["Port"]), None) is None:
                raise Refused("InvalidTarget", target["Id"])
        return {}

    def DescribeTargetHealth(self, it):
        targets = self.there(self.targets, it["TargetGroupArn"], "TargetGroupNotFound").values()
        return {"TargetHealthDescriptions": [{"Target": one, "TargetHealth": {"State": "healthy"}} for one in targets]}

    def DeleteTargetGroup(self, it):
        arn = it["TargetGroupArn"]
        if any(action.get("TargetGroupArn") == arn for rule in self.rules.values() for action in rule["Actions"]):
            raise Refused("ResourceInUse", f"{arn} is in use")
        self.groups.pop(arn), self.targets.pop(arn), self.tags.pop(arn)
        return {}

    # Listeners.

    def CreateListener(self, it):
        self.there(self.balancers, it["LoadBalancerArn"], "LoadBalancerNotFound")
        if any(listener["Port"] == it["Port"] for listener in self.listeners.values()):
            raise Refused("DuplicateListener", str(it["Port"]))
        self.listener(it)
        arn = self.new("listener/app", "it")
        self.listeners[arn] = {"ListenerArn": arn, **{key: it[key] for key in it if key != "Tags"}}
        self.tags[arn] = it["Tags"]
        return {"Listeners": [self.listeners[arn]]}

    def ModifyListener(self, it):
        self.there(self.listeners, it["ListenerArn"], "ListenerNotFound").update(it)
        self.listener(it)
        return {"Listeners": [self.listeners[it["ListenerArn"]]]}

    def listener(self, it):
        https = it["Protocol"] == "HTTPS"
        certificates = [one["CertificateArn"] for one in it.get("Certificates", [])]
        if https != (len(certificates) == 1) or https != ("SslPolicy" in it):
            raise Refused("ValidationError", "a certificate and a policy for TLS, and for nothing else")
        if not set(certificates) <= set(self.given["certificates"]):
            raise Refused("CertificateNotFound", str(certificates))
        check_actions(it["DefaultActions"], self.groups, https)

    def DescribeListeners(self, it):
        return {"Listeners": [one for one in self.listeners.values() if one["LoadBalancerArn"] == it["LoadBalancerArn"]]}

    def DeleteListener(self, it):
        self.there(self.listeners, it["ListenerArn"], "ListenerNotFound")
        self.listeners.pop(it["ListenerArn"])
        self.rules = {arn: rule for arn, rule in self.rules.items() if rule["Listener"] != it["ListenerArn"]}
        return {}

    # Rules.

    def CreateRule(self, it):
        self.there(self.listeners, it["ListenerArn"], "ListenerNotFound")
        if len(self.rules) >= self.given["rules"]:
            raise Refused("TooManyRules", f"{len(self.rules)} rules already")
        if any(int(rule["Priority"]) == it["Priority"] for rule in self.rules.values()):
            raise Refused("PriorityInUse", str(it["Priority"]))
        check_conditions(it["Conditions"])
        check_actions(it["Actions"], self.groups, https=True)
        arn = self.new("listener-rule/app", "it")
        self.rules[arn] = {
            "RuleArn": arn, "Priority": str(it["Priority"]), "Conditions": it["Conditions"], "Actions": it["Actions"],
            "IsDefault": False, "Listener": it["ListenerArn"],
        }
        self.tags[arn] = it.get("Tags", [])
        return {"Rules": [self.rules[arn]]}

    def ModifyRule(self, it):
        rule = self.there(self.rules, it["RuleArn"], "RuleNotFound")
        check_actions(it["Actions"], self.groups, https=True)
        rule["Actions"] = it["Actions"]
        return {"Rules": [rule]}

    def DeleteRule(self, it):
        self.there(self.rules, it["RuleArn"], "RuleNotFound")
        self.rules.pop(it["RuleArn"]), self.tags.pop(it["RuleArn"])
        return {}

    def SetRulePriorities(self, it):
        pairs = {pair["RuleArn"]: str(pair["Priority"]) for pair in it["RulePriorities"]}
        for arn in pairs:
            self.there(self.rules, arn, "RuleNotFound")
        after = [pairs.get(arn, rule["Priority"]) for arn, rule in self.rules.items()]
        if len(set(after)) != len(after):
            raise Refused("PriorityInUse", str(sorted(after)))
        for arn, priority in pairs.items():
            self.rules[arn]["Priority"] = priority
        return {"Rules": [self.rules[arn] for arn in pairs]}

    def DescribeRules(self, it):
        listener = self.there(self.listeners, it["ListenerArn"], "ListenerNotFound")
        rules = sorted(self.rules.values(), key=lambda rule: int(rule["Priority"]))
        last = {"RuleArn": "default", "Priority": "default", "Conditions": [], "IsDefault": True}
        return {"Rules": [*rules, {**last, "Actions": listener["DefaultActions"]}]}

    def DescribeTags(self, it):
        if len(it["ResourceArns"]) > 20:
            raise Refused("ValidationError", "twenty resources at once")
        found = [(arn, self.there(self.tags, arn, "RuleNotFound")) for arn in it["ResourceArns"]]
        return {"TagDescriptions": [{"ResourceArn": arn, "Tags": tags} for arn, tags in found]}

    # For the tests.

    def snapshot(self):
        """What the listener with TLS does, and where its target groups lead."""
        https = [one for one in self.listeners.values() if one["Protocol"] == "HTTPS"]
        rules = sorted(self.rules.values(), key=lambda rule: int(rule["Priority"]))
        return {
            "rules": [{key: rule[key] for key in ("RuleArn", "Priority", "Conditions", "Actions")} for rule in rules],
            "otherwise": https[0]["DefaultActions"] if https else [],
            "targets": {arn: [f"{host}:{port}" for host, port in targets] for arn, targets in self.targets.items()},
            "listeners": sorted(one["Port"] for one in self.listeners.values()),
            "attributes": list(self.attributes.values()),
        }
