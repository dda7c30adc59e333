package translate

import (
	"encoding/json"
	"slices"

	accesslog "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// unreached are Envoy's response flags for a cluster that could not be reached, or that went away before it answered.
var unreached = []string{"UF", "UH", "UC"}

// unavailable judges what a client is told when the gateway cannot reach the cluster that it forwards to: a problem document,
// and of its own services nothing of the kind.
func unavailable(j *judgement) {
	var others []string
	for _, remote := range j.remotes() {
		others = append(others, remote.name)
	}
	for _, chain := range j.gateway.chains(j.t) {
		mappers := chain.manager.GetLocalReplyConfig().GetMappers()
		if expected := min(len(others), 1); len(mappers) != expected {
			j.wrong("%s: %s changes %d kinds of answers, expected %d", j.gateway, chain, len(mappers), expected)
			continue
		}
		for _, mapper := range mappers {
			var flags, clusters []string
			answers(mapper.GetFilter(), &flags, &clusters)
			if !sameSet(flags, unreached) || !sameSet(clusters, others) {
				j.wrong("%s: %s answers for %v at %v, expected %v at %v", j.gateway, chain, clusters, flags, others, unreached)
			}
			var document struct {
				Code   string
				Status int
			}
			format := mapper.GetBodyFormatOverride()
			err := json.Unmarshal([]byte(format.GetTextFormatSource().GetInlineString()), &document)
			if err != nil || document.Code != "cluster-unavailable" || document.Status != 503 || format.ContentType != "application/problem+json" {
				j.wrong("%s: %s answers for a cluster that is away: %v, %v", j.gateway, chain, format, err)
			}
			stored := slices.ContainsFunc(mapper.GetHeadersToAdd(), func(header *core.HeaderValueOption) bool {
				return header.GetHeader().GetKey() == "cache-control" && header.GetHeader().GetValue() == "no-store"
			})
			if !stored {
				j.wrong("%s: %s lets caches keep what it answers for a cluster that is away", j.gateway, chain)
			}
		}
	}
}

// answers reads the flags and the stamped clusters of a filter that is made of these alone. What it is not is among neither.
func answers(filter *accesslog.AccessLogFilter, flags, clusters *[]string) {
	for _, one := range filter.GetAndFilter().GetFilters() {
		answers(one, flags, clusters)
	}
	for _, one := range filter.GetOrFilter().GetFilters() {
		answers(one, flags, clusters)
	}
	*flags = append(*flags, filter.GetResponseFlagFilter().GetFlags()...)
	if header := filter.GetHeaderFilter().GetHeader(); header.GetName() == "x-tenantry-cluster" {
		*clusters = append(*clusters, header.GetStringMatch().GetExact())
	}
}
