package translate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"tenantry/tests/istio/internal/policy"
)

// outcome is what becomes of a request; without shares it is answered with 404.
type outcome struct {
	// shares are parts of a hundred by Envoy cluster.
	shares  map[string]float64
	path    string
	timeout time.Duration
	retries retries
}

// retries are none where attempts is zero.
type retries struct {
	attempts int
	perTry   time.Duration
	// on are conditions, status codes among them, in order.
	on string
}

// idempotent are the methods that may be sent twice (RFC 9110, section 9.2.2).
var idempotent = []string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}

// unseen are the conditions under which no service has seen the request.
var unseen = []string{"connect-failure", "refused-stream", "reset-before-request"}

// serve is what a service gives to a request that no release is chosen for.
func (j *judgement) serve(name, method string, timeout *policy.Duration) outcome {
	service := j.policy.Services[name]
	expected := outcome{shares: map[string]float64{}}
	if timeout != nil {
		expected.timeout = time.Duration(*timeout)
	}
	for _, release := range service.Releases {
		if release.Weight > 0 {
			expected.shares[j.outbound(name, release.Name)] = float64(release.Weight)
		}
	}
	if len(service.Releases) == 0 {
		expected.shares = j.whole(name, "")
	}
	expected.retries = again(service.Retries, method)
	if timeout != nil && *timeout == 0 {
		// A stream that may last for ever is not cut off by the time for one try.
		expected.retries.perTry = 0
	}
	return expected
}

// again are the retries of one method: left out, there are none; methods that may not be sent twice are tried again only
// where nobody has seen the request, unless the policy says otherwise.
func again(asked *policy.Retries, method string) retries {
	if asked == nil || asked.Attempts == 0 {
		return retries{}
	}
	on := slices.Clone(asked.On)
	if !asked.NonIdempotent && !slices.Contains(idempotent, method) {
		on = slices.DeleteFunc(on, func(condition string) bool { return !slices.Contains(unseen, condition) })
	}
	if len(on) == 0 {
		return retries{}
	}
	again := retries{attempts: asked.Attempts, on: conditions(on)}
	if asked.PerTry != nil {
		again.perTry = time.Duration(*asked.PerTry)
	}
	return again
}

// forward is what becomes of a request for a tenant of another cluster: it decides about routes.
func (j *judgement) forward(to remote) outcome {
	return outcome{shares: map[string]float64{fmt.Sprintf("outbound|%d||%s", to.port, to.host): 100}}
}

func (j *judgement) whole(service, release string) map[string]float64 {
	return map[string]float64{j.outbound(service, release): 100}
}

// compare judges one request against the routes that a proxy has.
func (j *judgement) compare(proxy *Proxy, config *route.RouteConfiguration, request request, expected outcome) {
	taken := match(config, request)
	if len(expected.shares) == 0 {
		if status := taken.GetDirectResponse().GetStatus(); status != 404 {
			j.wrong("%s: %s goes by the route `%s`, expected 404", proxy, request, taken.GetName())
		}
		return
	}
	if taken.GetRoute() == nil {
		j.wrong("%s: %s goes nowhere (`%s`)", proxy, request, taken.GetName())
		return
	}
	if expected.path == "" {
		expected.path = request.path
	}
	if seen := seen(taken, request); !seen.equal(expected) {
		// One request speaks for all that a route misleads.
		key := fmt.Sprint(proxy, config.Name, taken.Name)
		if j.misled[key] {
			return
		}
		j.misled[key] = true
		j.wrong("%s: %s goes by the route `%s` to %s, expected %s", proxy, request, taken.Name, seen, expected)
	}
}

// seen is what a route does with a request.
func seen(taken *route.Route, request request) outcome {
	action := taken.GetRoute()
	found := outcome{shares: map[string]float64{}, path: rewritten(taken, request.path), timeout: action.GetTimeout().AsDuration()}
	if name := action.GetCluster(); name != "" {
		found.shares[name] = 100
	}
	total := 0.0
	for _, share := range action.GetWeightedClusters().GetClusters() {
		total += float64(share.Weight.GetValue())
	}
	for _, share := range action.GetWeightedClusters().GetClusters() {
		if weight := float64(share.Weight.GetValue()); weight > 0 {
			found.shares[share.Name] += 100 * weight / total
		}
	}
	if again := action.GetRetryPolicy(); again != nil {
		on := strings.Split(again.RetryOn, ",")
		for _, status := range again.RetriableStatusCodes {
			on = append(on, strconv.Itoa(int(status)))
		}
		found.retries = retries{
			attempts: int(again.NumRetries.GetValue()), perTry: again.PerTryTimeout.AsDuration(), on: conditions(on),
		}
	}
	return found
}

// conditions are in an order of their own. Envoy's name for retries by status stands for nothing beside the codes.
func conditions(on []string) string {
	on = slices.DeleteFunc(slices.Clone(on), func(condition string) bool { return condition == "retriable-status-codes" })
	slices.Sort(on)
	return strings.Join(slices.Compact(on), ",")
}

func (o outcome) equal(other outcome) bool {
	return maps.Equal(o.shares, other.shares) && o.path == other.path && o.timeout == other.timeout && o.retries == other.retries
}

// String shows an outcome as messages do.
func (o outcome) String() string {
	return fmt.Sprintf("%v as %s within %s, tried again %d times of %s on `%s`",
		o.shares, o.path, o.timeout, o.retries.attempts, o.retries.perTry, o.retries.on)
}
