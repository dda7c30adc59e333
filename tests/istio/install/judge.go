// Package install judges the files with which Istio itself is installed: the one for `istioctl`, and the values for Helm.
//
// Both are put through what a user's own command runs: the operator's strict parsing and its renderer, and Istio's charts.
// What comes out is held against the policy, against the compiled resources that lean on it, and one way against the other.
package install

import (
	"fmt"
	"path/filepath"
	"testing"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

// Judge says what is wrong with a cluster's install files, a line each.
func Judge(t testing.TB, file compiled.Policy, cluster compiled.Cluster) []string {
	t.Helper()
	read := policy.Read(t, file.Path)
	var wrong findings
	var installed []Installation
	for _, way := range []struct {
		name    string
		install func(folder string) (Installation, error)
	}{
		{"istioctl", byOperator},
		{"Helm", byHelm},
	} {
		made, err := once(way.name, filepath.Join(cluster.Dir, "install"), way.install)
		if err != nil {
			wrong.add("%s: %v", way.name, err)
			continue
		}
		installed = append(installed, made)
		for _, problem := range problems(read, cluster, made) {
			wrong.add("%s: %s", way.name, problem)
		}
	}
	if len(installed) == 2 {
		wrong = append(wrong, differences(installed[0], installed[1])...)
	}
	return wrong
}

// problems are what is wrong with one way of installing.
func problems(read *policy.Policy, cluster compiled.Cluster, made Installation) []string {
	var wrong findings
	for _, warning := range made.Warnings {
		wrong.add("warns: %s", warning)
	}
	wrong = append(wrong, meshConfig(read, made)...)
	wrong = append(wrong, providers(read, cluster, made)...)
	wrong = append(wrong, sizes(read, made)...)
	wrong = append(wrong, gateways(read, cluster, made)...)
	wrong = append(wrong, keys(read, cluster, made)...)
	wrong = append(wrong, sidecars(read, made)...)
	return wrong
}

// findings collects what is wrong.
type findings []string

func (f *findings) add(format string, arguments ...any) {
	*f = append(*f, fmt.Sprintf(format, arguments...))
}
