package install

import (
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"tenantry/tests/istio/internal/compiled"
	"tenantry/tests/istio/internal/policy"
)

// status is the port on which load balancers ask whether a gateway is ready.
const status = 15021

// gateways judges that the ingress gateway is the one that the compiled resources mean: by its labels, its ports and its
// identity.
func gateways(read *policy.Policy, cluster compiled.Cluster, made Installation) []string {
	var wrong findings
	gateway, service := made.Deployments[ingress], made.Services[ingress]
	if gateway == nil || service == nil {
		wrong.add("there is no Deployment or no Service `%s`", ingress)
		return wrong
	}
	pod := gateway.Spec.Template
	if selector := labels.SelectorFromSet(service.Spec.Selector); selector.Empty() || !selector.Matches(labels.Set(pod.Labels)) {
		wrong.add("the Service %s selects %v, and its pods have %v", ingress, service.Spec.Selector, pod.Labels)
	}
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
		wrong.add("the Service %s is of type %s", ingress, service.Spec.Type)
	}
	if inside := made.Services[egress]; inside != nil && inside.Spec.Type != corev1.ServiceTypeClusterIP {
		wrong.add("the Service %s is of type %s", egress, inside.Spec.Type)
	}
	ports := map[int64]bool{}
	for _, port := range service.Spec.Ports {
		ports[int64(port.Port)] = true
	}
	wrong = append(wrong, open(read, cluster, service)...)
	for _, resource := range cluster.Resources {
		wrong = append(wrong, selection(resource, pod.Labels)...)
		if resource.GetKind() == "Gateway" {
			wrong = append(wrong, servers(resource, ports)...)
		}
	}
	account := pod.Spec.ServiceAccountName
	if made.ServiceAccounts[account] == nil {
		wrong.add("nothing makes the ServiceAccount `%s` of %s", account, ingress)
	}
	wrong = append(wrong, identities(cluster, account)...)
	return wrong
}

// open judges that the gateway's Service has the ports that it is for, and no others.
func open(read *policy.Policy, cluster compiled.Cluster, service *corev1.Service) []string {
	var wrong findings
	expected := map[int32]bool{status: true, 80: true, 443: true}
	forward := int32(read.Clusters[cluster.Name].ForwardPort)
	if read.Forwards() {
		expected[forward] = true
	}
	seen := map[int32]bool{}
	for _, port := range service.Spec.Ports {
		seen[port.Port] = true
		// The pods' authorization knows the port by the number that they listen on.
		if port.Port == forward && (port.TargetPort.IntVal != forward || !strings.HasPrefix(port.Name, "https-")) {
			wrong.add("the Service %s leads forwards to %s as `%s`, expected %d in HTTPS", ingress, port.TargetPort.String(), port.Name, forward)
		}
	}
	if !seen[status] {
		wrong.add("the Service %s lost its status port: %v", ingress, seen)
	}
	if !maps.Equal(seen, expected) {
		wrong.add("the Service %s has the ports %v, expected %v", ingress, seen, expected)
	}
	return wrong
}

// selection judges that what the compiler puts beside the gateway selects it.
func selection(resource compiled.Resource, pod map[string]string) []string {
	path := []string{"spec", "selector", "matchLabels"}
	switch resource.GetKind() {
	case "Gateway":
		path = []string{"spec", "selector"}
	case "EnvoyFilter":
		path = []string{"spec", "workloadSelector", "labels"}
	}
	selector, found, err := unstructured.NestedStringMap(resource.Object, path...)
	if err != nil || !found || resource.GetNamespace() != system && resource.GetKind() != "Gateway" {
		return nil
	}
	if !labels.SelectorFromSet(selector).Matches(labels.Set(pod)) {
		return []string{fmt.Sprintf("%s selects %v, and the gateway's pods have %v", resource, selector, pod)}
	}
	return nil
}

// servers judges that every port that a Gateway listens on can be reached through the Service.
func servers(gateway compiled.Resource, ports map[int64]bool) []string {
	var wrong findings
	list, _, _ := unstructured.NestedSlice(gateway.Object, "spec", "servers")
	for _, server := range list {
		fields, _ := server.(map[string]any)
		number, _, _ := unstructured.NestedInt64(fields, "port", "number")
		if !ports[number] {
			wrong.add("%s listens on %d, which the gateway's Service does not have", gateway, number)
		}
	}
	return wrong
}

// identities judges that every identity of the system namespace that a resource trusts is the gateway's.
func identities(cluster compiled.Cluster, account string) []string {
	var wrong findings
	expected := fmt.Sprintf("/ns/%s/sa/%s", system, account)
	for _, resource := range cluster.Resources {
		if resource.GetKind() != "AuthorizationPolicy" {
			continue
		}
		for _, word := range strings.Fields(string(resource.Raw)) {
			word = strings.Trim(word, `"'`)
			if at := strings.Index(word, "/ns/"+system+"/sa/"); at >= 0 && word[at:] != expected {
				wrong.add("%s trusts `%s`, and the gateway is `%s`", resource, word, expected)
			}
		}
	}
	return wrong
}
