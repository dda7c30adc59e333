#!/usr/bin/env bash
# Written by tenantry. Makes the load balancer what the files beside this script say, or changes it to that.
policy='cogniverse'
region='us-east-1'
balancer_name='tenantry-cogniverse'
scheme='internet-facing'
vpc='vpc-0123456789abcdef0'
quota='100'
https_port='443'
http_port='80'
clusters='us eu'
target_groups='http us http-us-54b3dd6a 10.0.1.10:443 10.0.2.10:443
http eu http-eu-7af0c704 10.1.1.10:443 10.1.2.10:443
http * http-every-b81b94cc 10.0.1.10:443 10.0.2.10:443 10.1.1.10:443 10.1.2.10:443'
rules='00001-ad3997455c246539
01001-4c8f832e79b1d177
01002-ba8694fc3a629846
10001-4e852b4f0752f573
40001-f33ab6f9805b86a2
40002-f11af225fb5941c6
40003-27284f98aec9e59c
40004-2888dc1c21a6f98b'

# It can be run again at any time: it finds what it made by name and tag, and changes what differs. While rules change,
# every tenant has one: what is new is there before what is old goes. Run one at a time.
#
#   bash apply.sh                   every cluster works
#   bash apply.sh --down CLUSTER    tenants of this cluster go to the next one that may serve them, those without one get 503
#
# Needed: bash 4.4, the AWS command line, and permission for elasticloadbalancing:* on what is tagged tenantry:policy.
# shellcheck shell=bash

set -euo pipefail
export AWS_PAGER='' AWS_REGION="$region" AWS_DEFAULT_REGION="$region" LC_ALL=C

say() { printf '%s\n' "$*"; }
stop() {
  printf 'apply.sh: %s\n' "$*" >&2
  exit 1
}

((BASH_VERSINFO[0] * 10 + BASH_VERSINFO[1] >= 44)) || stop "bash 4.4 or newer is needed, this is $BASH_VERSION"
command -v aws >/dev/null || stop 'the AWS command line is not on PATH'
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

declare -A down=()
while (($#)); do
  [[ $1 == --down && -n ${2-} && " $clusters " == *" $2 "* ]] || stop "usage: apply.sh [--down CLUSTER]..., of: $clusters"
  down[$2]=yes
  shift 2
done

elbv2() { aws elbv2 "$@" --output text </dev/null; }

# ARNs by the names that stand for them in the files.
declare -A arn=()

# A file's text with the ARNs that are known by now.
filled() {
  local text name
  text=$(<"$here/$1")
  for name in "${!arn[@]}"; do text=${text//"@$name@"/${arn[$name]}}; done
  printf '%s' "$text"
}

# run COMMAND FILE [ARGUMENT]...
run() {
  local command=$1 file=$2
  shift 2
  elbv2 "$command" --cli-input-json "$(filled "$file")" "$@"
}

# tags_of KEY ARN...: each ARN with the value of its tag, or None. AWS answers for twenty at once.
tags_of() {
  local key=$1
  shift
  while (($#)); do
    elbv2 describe-tags --resource-arns "${@:1:20}" \
      --query "TagDescriptions[].[ResourceArn, Tags[?Key=='$key'] | [0].Value]"
    if (($# > 20)); then shift 20; else shift $#; fi
  done
}

# --- The load balancer.

found=$(elbv2 describe-load-balancers \
  --query "LoadBalancers[?LoadBalancerName=='$balancer_name'].[LoadBalancerArn, Scheme, VpcId]")
if [[ -z $found ]]; then
  arn[load-balancer]=$(run create-load-balancer load-balancer/create-load-balancer.json \
    --query 'LoadBalancers[0].LoadBalancerArn')
  say "load balancer $balancer_name: made"
else
  read -r balancer its_scheme its_vpc <<<"$found"
  read -r _ owner <<<"$(tags_of tenantry:policy "$balancer")"
  [[ $owner == "$policy" ]] || stop "$balancer_name is not this policy's: its tag tenantry:policy is $owner, not $policy"
  [[ $its_scheme == "$scheme" && $its_vpc == "$vpc" ]] ||
    stop "$balancer_name is $its_scheme in $its_vpc, which cannot be changed to $scheme in $vpc: delete it first"
  arn[load-balancer]=$balancer
  run set-subnets load-balancer/set-subnets.json >/dev/null
  run set-security-groups load-balancer/set-security-groups.json >/dev/null
fi
run modify-load-balancer-attributes load-balancer/modify-load-balancer-attributes.json >/dev/null

# --- Target groups. A change makes another one, under another name.

listing=$(elbv2 describe-target-groups --query 'TargetGroups[].[TargetGroupName, TargetGroupArn]')
declare -A group_named=() group_for=()
while read -r name group; do
  [[ $name != @(http|grpc)-*-???????? ]] || group_named[$name]=$group
done <<<"$listing"
while read -r kind cluster name _; do
  if [[ -z ${group_named[$name]-} ]]; then
    group_named[$name]=$(run create-target-group "target-groups/$name/create-target-group.json" \
      --query 'TargetGroups[0].TargetGroupArn')
    say "target group $name: made"
  fi
  arn[target-group/$name]=${group_named[$name]}
  group_for[$kind/$cluster]=${group_named[$name]}
  run modify-target-group-attributes "target-groups/$name/modify-target-group-attributes.json" >/dev/null
  run register-targets "target-groups/$name/register-targets.json" >/dev/null
done <<<"$target_groups"

# --- Listeners. Without rules they refuse, and send to HTTPS.

listing=$(elbv2 describe-listeners --load-balancer-arn "${arn[load-balancer]}" --query 'Listeners[].[Port, ListenerArn]')
declare -A listener_at=()
while read -r port listener; do
  [[ -z $port ]] || listener_at[$port]=$listener
done <<<"$listing"
for name in https http; do
  port=$([[ $name == https ]] && echo "$https_port" || echo "$http_port")
  if [[ -n ${listener_at[$port]-} ]]; then
    arn[listener/$name]=${listener_at[$port]}
    run modify-listener "listeners/$name/modify-listener.json" >/dev/null
  else
    arn[listener/$name]=$(run create-listener "listeners/$name/create-listener.json" --query 'Listeners[0].ListenerArn')
    say "listener $port: made"
  fi
  unset "listener_at[$port]"
done

# --- Rules: which are there, which are wanted.

listing=$(elbv2 describe-rules --listener-arn "${arn[listener/https]}" \
  --query 'Rules[?!IsDefault].[RuleArn, Priority, Actions[-1].TargetGroupArn]')
declare -A priority_of=() sends_to=()
temporary=20001
while read -r rule priority group; do
  [[ -n $rule ]] || continue
  priority_of[$rule]=$priority
  sends_to[$rule]=$group
  if ((priority >= temporary && priority <= 40000)); then temporary=$((priority + 1)); fi
done <<<"$listing"
listing=$(tags_of tenantry:rule "${!priority_of[@]}")
declare -A rule_saying=()
while read -r rule digest; do
  [[ -n $rule ]] || continue
  [[ $digest != None ]] || stop "$rule was not made by this script: remove it, for it may let requests past the tenants' rules"
  rule_saying[$digest]=$rule
done <<<"$listing"

new=0
for name in $rules; do
  [[ -n ${rule_saying[${name#*-}]-} ]] || new=$((new + 1))
done
((${#priority_of[@]} + new <= quota)) || stop "nothing changed: $new new rules beside ${#priority_of[@]} old ones are more than \
the $quota that the load balancer may have; raise the quota and ingress.frontDoor.alb.rules, or change fewer tenants at once"

# Where a rule's requests go: a target group, `unavailable`, or None when the rule refuses.
destination() {
  local text cluster
  text=$(<"$1")
  if [[ $text =~ @way/(http|grpc)/([^@]+)@ ]]; then
    local kind=${BASH_REMATCH[1]} way=${BASH_REMATCH[2]}
    for cluster in ${way//./ }; do
      if [[ -z ${down[$cluster]-} ]]; then
        printf '%s' "${group_for[$kind/$cluster]}"
        return
      fi
    done
    printf unavailable
  elif [[ $text =~ @every/(http|grpc)@ ]]; then
    printf '%s' "${group_for[${BASH_REMATCH[1]}/*]}"
  else
    printf None
  fi
}

# --- Rules: the new ones first, in their order and behind the old ones that serve.

declare -A wanted=()
for name in $rules; do
  digest=${name#*-}
  to=$(destination "$here/rules/$name.json")
  case $to in
    None) actions=() ;;
    unavailable) actions=(--actions "$(<"$here/unavailable.json")") ;;
    *) actions=(--actions "Type=forward,TargetGroupArn=$to") ;;
  esac
  rule=${rule_saying[$digest]-}
  if [[ -z $rule ]]; then
    rule=$(run create-rule "rules/$name.json" --priority "$temporary" "${actions[@]}" --query 'Rules[0].RuleArn')
    priority_of[$rule]=$temporary
    temporary=$((temporary + 1))
    say "rule $name: made"
  elif [[ ${sends_to[$rule]} != "${to/unavailable/None}" ]]; then
    elbv2 modify-rule --rule-arn "$rule" "${actions[@]}" >/dev/null
    say "rule $name: goes elsewhere"
  fi
  wanted[$rule]=$((10#${name%%-*}))
done

# --- Rules: the old ones go, and every other one takes its place.

moved=()
for rule in "${!priority_of[@]}"; do
  if [[ -z ${wanted[$rule]-} ]]; then
    elbv2 delete-rule --rule-arn "$rule" >/dev/null
    say "rule $rule: removed"
  elif [[ ${wanted[$rule]} != "${priority_of[$rule]}" ]]; then
    moved+=("RuleArn=$rule,Priority=${wanted[$rule]}")
  fi
done
if ((${#moved[@]})); then elbv2 set-rule-priorities --rule-priorities "${moved[@]}" >/dev/null; fi

# --- What nothing leads to any more.

for port in "${!listener_at[@]}"; do
  elbv2 delete-listener --listener-arn "${listener_at[$port]}" >/dev/null
  say "listener $port: removed"
done
while read -r _ _ name targets; do
  group=${group_named[$name]}
  unset "group_named[$name]"
  listing=$(elbv2 describe-target-health --target-group-arn "$group" \
    --query "TargetHealthDescriptions[?TargetHealth.State!='draining'].Target.[Id, Port]")
  while read -r address port; do
    if [[ -n $address && " $targets " != *" $address:$port "* ]]; then
      elbv2 deregister-targets --target-group-arn "$group" --targets "Id=$address,Port=$port" >/dev/null
      say "target $address:$port of $name: removed"
    fi
  done <<<"$listing"
done <<<"$target_groups"
listing=$(tags_of tenantry:policy "${group_named[@]}")
while read -r group owner; do
  [[ -n $group && $owner == "$policy" ]] || continue
  elbv2 delete-target-group --target-group-arn "$group" >/dev/null
  say "target group $group: removed"
done <<<"$listing"

elbv2 wait load-balancer-available --load-balancer-arns "${arn[load-balancer]}" >/dev/null
say "$balancer_name has ${#wanted[@]} rules of at most $quota"
