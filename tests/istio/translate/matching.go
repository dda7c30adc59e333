package translate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// request is what Envoy matches routes against. Header names are in lower case, the method's is `:method`.
type request struct {
	host, path string
	headers    map[string]string
}

// String shows the request as messages do.
func (r request) String() string {
	text := r.headers[":method"] + " " + r.host + r.path
	for _, name := range slices.Sorted(maps.Keys(r.headers)) {
		if name != ":method" {
			text += " " + name + "=" + r.headers[name]
		}
	}
	return text
}

// match is the route that takes the request, as Envoy searches it: the closest virtual host, then the first route that
// matches. None is nil. What these routes do not use is taken as a mismatch, which a request then shows.
func match(config *route.RouteConfiguration, request request) *route.Route {
	host := virtualHost(config, request.host)
	for _, candidate := range host.GetRoutes() {
		if matches(candidate.GetMatch(), request) {
			return candidate
		}
	}
	return nil
}

// virtualHost is the one with the domain itself, else with the longest wildcard in front, else with `*`.
func virtualHost(config *route.RouteConfiguration, name string) *route.VirtualHost {
	var best *route.VirtualHost
	length := -1
	for _, host := range config.GetVirtualHosts() {
		for _, domain := range host.Domains {
			switch {
			case domain == name:
				return host
			case strings.HasPrefix(domain, "*") && strings.HasSuffix(name, domain[1:]) && len(domain) > length:
				best, length = host, len(domain)
			}
		}
	}
	return best
}

func matches(on *route.RouteMatch, request request) bool {
	switch path := on.GetPathSpecifier().(type) {
	case *route.RouteMatch_Path:
		if request.path != path.Path {
			return false
		}
	case *route.RouteMatch_Prefix:
		if !strings.HasPrefix(request.path, path.Prefix) {
			return false
		}
	case *route.RouteMatch_PathSeparatedPrefix:
		if request.path != path.PathSeparatedPrefix && !strings.HasPrefix(request.path, path.PathSeparatedPrefix+"/") {
			return false
		}
	default:
		return false
	}
	for _, header := range on.GetHeaders() {
		value, present := request.headers[strings.ToLower(header.Name)]
		if !present || matchesText(header.GetStringMatch(), value) == header.InvertMatch {
			return false
		}
	}
	return len(on.GetQueryParameters()) == 0 && on.GetRuntimeFraction() == nil
}

func matchesText(on *matcher.StringMatcher, value string) bool {
	switch pattern := on.GetMatchPattern().(type) {
	case *matcher.StringMatcher_Exact:
		return value == pattern.Exact
	case *matcher.StringMatcher_Prefix:
		return strings.HasPrefix(value, pattern.Prefix)
	case *matcher.StringMatcher_SafeRegex:
		// The whole value, as Envoy does.
		return regexp.MustCompile("^(?:" + pattern.SafeRegex.Regex + ")$").MatchString(value)
	default:
		return false
	}
}

// rewritten is the path that the service gets.
func rewritten(taken *route.Route, path string) string {
	action := taken.GetRoute()
	if rewrite := action.GetPrefixRewrite(); rewrite != "" {
		matched := taken.GetMatch().GetPath() + taken.GetMatch().GetPrefix() + taken.GetMatch().GetPathSeparatedPrefix()
		return rewrite + strings.TrimPrefix(path, matched)
	}
	if rewrite := action.GetRegexRewrite(); rewrite != nil {
		pattern := regexp.MustCompile(rewrite.GetPattern().GetRegex())
		return pattern.ReplaceAllString(path, strings.ReplaceAll(rewrite.GetSubstitution(), `\`, "$"))
	}
	return path
}
