package translate

import (
	"strings"

	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
)

// anything tells whether a permission is one for everything.
func anything(permission *rbac.Permission) bool {
	rules := permission.GetAndRules().GetRules()
	return permission.GetAny() || len(rules) == 1 && anything(rules[0])
}

// identities are those that a principal stands for. What is no plain list of them is shown as it is, and is nobody's.
func identities(principal *rbac.Principal) []string {
	var found []string
	switch id := principal.GetIdentifier().(type) {
	case *rbac.Principal_AndIds:
		if len(id.AndIds.Ids) == 1 {
			return identities(id.AndIds.Ids[0])
		}
	case *rbac.Principal_OrIds:
		for _, one := range id.OrIds.Ids {
			found = append(found, identities(one)...)
		}
		return found
	case *rbac.Principal_NotId:
		for _, one := range identities(id.NotId) {
			found = append(found, "not "+one)
		}
		return found
	case *rbac.Principal_Authenticated_:
		name := id.Authenticated.GetPrincipalName()
		if regex := name.GetSafeRegex().GetRegex(); regex != "" {
			return []string{regex}
		}
		return []string{name.GetExact()}
	}
	return []string{principal.String()}
}

// refused are the ports that permissions name, and the exact paths that they leave out.
func refused(permissions []*rbac.Permission) (ports []uint32, exempt []string) {
	var visit func(permission *rbac.Permission, negated bool)
	visit = func(permission *rbac.Permission, negated bool) {
		switch rule := permission.GetRule().(type) {
		case *rbac.Permission_AndRules:
			for _, one := range rule.AndRules.Rules {
				visit(one, negated)
			}
		case *rbac.Permission_OrRules:
			for _, one := range rule.OrRules.Rules {
				visit(one, negated)
			}
		case *rbac.Permission_NotRule:
			visit(rule.NotRule, !negated)
		case *rbac.Permission_DestinationPort:
			if !negated {
				ports = append(ports, rule.DestinationPort)
			}
		case *rbac.Permission_UrlPath:
			if negated {
				exempt = append(exempt, rule.UrlPath.GetPath().GetExact())
			}
		default:
			// Shown among the paths, where it is never expected.
			exempt = append(exempt, permission.String())
		}
	}
	for _, permission := range permissions {
		visit(permission, false)
	}
	return ports, exempt
}

// lacking are the verified claims that principals have to be without, as paths.
func lacking(principals []*rbac.Principal) []string {
	var claims []string
	var visit func(principal *rbac.Principal, negated bool)
	visit = func(principal *rbac.Principal, negated bool) {
		switch id := principal.GetIdentifier().(type) {
		case *rbac.Principal_AndIds:
			for _, one := range id.AndIds.Ids {
				visit(one, negated)
			}
		case *rbac.Principal_OrIds:
			for _, one := range id.OrIds.Ids {
				visit(one, negated)
			}
		case *rbac.Principal_NotId:
			visit(id.NotId, !negated)
		case *rbac.Principal_Metadata:
			if negated && id.Metadata.Filter == jwtFilter {
				var path []string
				for _, segment := range id.Metadata.Path {
					path = append(path, segment.GetKey())
				}
				claims = append(claims, strings.Join(path, "."))
			}
		default:
			// Shown among the claims, where it is never expected.
			claims = append(claims, principal.String())
		}
	}
	for _, principal := range principals {
		visit(principal, false)
	}
	return claims
}
