// Package schema judges compiled objects one by one, as the cluster does that they are applied to: Istio's CRDs with their
// CEL rules, istiod's validating webhook, Kubernetes' own types, and Kustomize.
package schema

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/accepted"
	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

// Judge says what is wrong with what was compiled for a cluster, a line each.
//
// Everything has to suit Istio 1.31, also what is compiled for 1.30: a mesh is upgraded with its manifests in place. What is
// compiled for 1.30 has to suit 1.30 as well.
func Judge(t testing.TB, file compiled.Policy, cluster compiled.Cluster) []string {
	t.Helper()
	versions := []Version{Istio131}
	if policy.Read(t, file.Path).Mesh.Istio == string(Istio130) {
		versions = append(versions, Istio130)
	}
	var wrong []string
	say := func(at, judge string, found []string) {
		for _, line := range found {
			wrong = append(wrong, fmt.Sprintf("%s: %s: %s", at, judge, line))
		}
	}
	for _, resource := range cluster.Resources {
		say(resource.String(), "its text", written(resource))
		if !isIstio(resource) {
			say(resource.String(), "Kubernetes", native(resource))
			continue
		}
		for _, version := range versions {
			say(resource.String(), fmt.Sprintf("the CRDs of Istio %s", version), definitions(t, version).refusals(resource))
			say(resource.String(), fmt.Sprintf("the CRDs of Istio %s", version), definitions(t, version).outdated(resource))
		}
		for _, warning := range admit(t, resource) {
			if accepted.Find(resource.GetKind(), warning) == nil {
				say(resource.String(), "the webhook", []string{warning})
			}
		}
	}
	say("kustomization.yaml", "Kustomize", kustomized(cluster))
	return wrong
}

func isIstio(resource compiled.Resource) bool {
	return strings.HasSuffix(resource.GroupVersionKind().Group, ".istio.io")
}
