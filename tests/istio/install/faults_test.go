package install

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/tests/istio/internal/compiled"
)

// faults are mistakes in compiled files, each with a part of what the judge has to say about it.
var faults = []struct{ name, file, old, new, says string }{
	{"field with a typo", operator, "hpaSpec:", "hpaSpecs:", `unknown field "hpaSpecs"`},
	{"value with a typo", operator, "    global:\n", "    globel:\n", `unknown field "globel"`},
	{"value of long ago", operator, "    global:\n", "    global:\n      mtls:\n        auto: true\n", `unknown field "mtls"`},
	{"profile that does not exist", operator, "profile: minimal", "profile: production", `profile "production" not found`},
	{"mesh field with a typo", operator, "pathNormalization:", "pathNormalisation:", `unknown field "pathNormalisation"`},
	{"provider field with a typo", operator, "envoyFileAccessLog:", "envoyFileLog:", `unknown field "envoyFileLog"`},
	{"provider by another name", operator, "name: tenantry-access-log", "name: access-log", "which the mesh does not have"},
	{"field in another place", operator, "    pilot:\n", "    pilot:\n      resources: {}\n", `unknown field "resources"`},
	{"list of ports without the status port", operator,
		"          - name: status-port\n            port: 15021\n            protocol: TCP\n            targetPort: 15021\n", "", "lost its status port"},
	{"list of ports without the one for forwards", operator,
		"          - name: https-forward\n            port: 15443\n            protocol: TCP\n            targetPort: 15443\n", "", "listens on 15443, which the gateway's Service does not have"},
	{"forwards led to the public port", operator, "targetPort: 15443", "targetPort: 8443", "leads forwards to 8443"},
	{"forwards led elsewhere by Helm", gateway, "targetPort: 15443", "targetPort: 443", "leads forwards to 443"},
	{"one port more than needed", gateway, "  - name: https-forward\n", "  - name: tcp-debug\n    port: 15000\n    protocol: TCP\n    targetPort: 15000\n  - name: https-forward\n", "has the ports map"},
	{"gateway left to the profile", operator, "- name: istio-ingressgateway\n      enabled: true", "- name: istio-ingressgateway\n      enabled: false",
		"there is no Deployment"},
	{"too many replicas", operator, "minReplicas: 1", "minReplicas: 2", "replicas in the profile minimal"},
	{"limit under the request", operator, "cpu: 500m", "cpu: 50m", "asks for 100m of cpu and may use 50m"},
	{"auto mTLS off", operator, "meshConfig:\n", "meshConfig:\n    enableAutoMtls: false\n", "auto mTLS is off"},
	{"tracer of long ago", operator, "defaultConfig:\n",
		"defaultConfig:\n      tracing:\n        openCensusAgent:\n          address: phoenix:4317\n", "open_census_agent` does nothing"},
	{"provider of long ago", operator, "extensionProviders:\n",
		"extensionProviders:\n    - name: census\n      opencensus: {service: phoenix.default.svc.cluster.local, port: 4317}\n",
		"MeshConfig.ExtensionProvider.opencensus` is deprecated"},
	{"query in the access log", operator, "%PATH(NQ:ORIG_OR_PATH)%", "%REQ(:PATH)%", "which can hold secrets"},
	{"path that is not normalized", operator, "DECODE_AND_MERGE_SLASHES", "NONE", "paths are normalized as NONE"},
	{"Helm left behind", operator, "maxReplicas: 3", "maxReplicas: 4", "1 to 4 replicas by istioctl, 1 to 3 by Helm"},

	{"chart's value with a typo", istiod, "autoscaleMin:", "autoscaleMinimum:", `unknown field "autoscaleMinimum"`},
	{"chart's value deep down", istiod, "    resources:\n", "    resource:\n", `unknown field "resource"`},
	{"mesh field with a typo by Helm", istiod, "pathNormalization:", "pathNormalisation:", `unknown field "pathNormalisation"`},
	{"gateway's value with a typo", gateway, "autoscaling:", "autoscale:", "unknown value `autoscale`"},
	{"gateway's value deep down", gateway, "minReplicas:", "min:", "unknown value `autoscaling/min`"},
	{"gateway's value of another type", gateway, "minReplicas: 1", "minReplicas: one", "minReplicas"},
	{"gateway by another name", gateway, "name: istio-ingressgateway\n", "name: edge\n", "there is no Deployment"},
	{"gateway by another identity", gateway, "name: istio-ingressgateway-service-account", "name: edge", "and the gateway is"},
	{"values for no chart", "install/helm/base.yaml", "defaultRevision", "defaultRevison", `unknown field "defaultRevison"`},

	{"Telemetry of another provider", "telemetry.yaml", "name: tenantry-access-log", "name: stdout", "which the mesh does not have"},
	{"Gateway of other pods", "gateway.yaml", "istio: ingressgateway", "istio: ingress", "and the gateway's pods have"},
	{"Gateway on another port", "gateway.yaml", "number: 443", "number: 8443", "listens on 8443"},
}

const (
	operator = "install/istio-operator.yaml"
	istiod   = "install/helm/istiod.yaml"
	gateway  = "install/helm/ingress-gateway.yaml"
)

func TestTheJudgeCatchesEachFault(t *testing.T) {
	file := compiled.Named(t, "cogniverse")
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			expect(t, file, changed(t, file, fault.file, fault.old, fault.new), fault.says)
		})
	}
}

// keyFaults are mistakes on the API key's way, in policies that have one.
var keyFaults = []struct{ name, variant, file, old, new, says string }{
	{"proxy in one place alone", "per-tenant-key", operator, "initContainers:", "containers:", "there are two containers `istio-proxy`"},
	{"template that does not parse", "per-tenant-key", operator, "{{- end }}", "{{- ende }}", "the injector"},
	{"template that nobody uses", "per-tenant-key", operator, "      - phoenix\n", "", "the proxy has no PHOENIX_API_KEY"},
	{"key that the pod cannot start without", "per-tenant-key", operator, "optional: true", "optional: false", "may start without the key: false"},
	{"key of another Secret", "per-tenant-key", gateway, "name: phoenix-key", "name: other", "has PHOENIX_API_KEY from"},
	{"key that does not reach the filter", "per-tenant-key", "traffic-extension.yaml", "name: PHOENIX_API_KEY", "name: OTHER", "does not hand PHOENIX_API_KEY"},
	{"header of another variable", "enrich-key-grpc", operator, "envName: PHOENIX_AUTHORIZATION", "envName: OTHER", "the tracing provider"},
	{"header without the scheme", "enrich-key-grpc", istiod, "Bearer $(PHOENIX_API_KEY)", "$(PHOENIX_API_KEY)", "cannot be made"},
	{"header of nothing", "enrich-key-grpc", istiod, "name: PHOENIX_", "name: OTHER_", "istiod has no PHOENIX_API_KEY"},
	{"key in the open", "per-tenant-key", gateway, "  valueFrom:\n    secretKeyRef:\n      name: phoenix-key\n      key: token\n", "  value: secret\n", "has PHOENIX_API_KEY from"},
	{"collector's port", "enrich-key-grpc", operator, "port: 14317", "port: 4317", "the tracing provider"},
	{"collector's protocol", "enrich-key-http", istiod, "      http:\n", "      grpc:\n", "MeshConfig.ExtensionProvider.GrpcService"},
	{"project of no proxy", "enrich-http", operator, "openinference.project.name=assistant", "openinference.project.name=other", "resource attributes"},
}

func TestTheJudgeCatchesEachFaultOnTheKeysWay(t *testing.T) {
	files := map[string]compiled.Policy{}
	for _, variant := range variants {
		files[variant.name] = edited(t, variant.policy, variant.old, variant.new)
	}
	for _, fault := range keyFaults {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			file, ok := files[fault.variant]
			if !ok {
				t.Fatalf("there is no variant `%s`", fault.variant)
			}
			expect(t, file, changed(t, file, fault.file, fault.old, fault.new), fault.says)
		})
	}
}

// expect judges the cluster and looks for a word about the fault.
func expect(t *testing.T, file compiled.Policy, cluster compiled.Cluster, says string) {
	t.Helper()
	wrong := Judge(t, file, cluster)
	if !strings.Contains(strings.Join(wrong, "\n"), says) {
		t.Errorf("the judge does not say `%s`, but:\n%s", says, strings.Join(wrong, "\n"))
	}
}

// changed is a copy of the policy's first cluster with every occurrence of a passage in one file replaced.
func changed(t *testing.T, file compiled.Policy, name, old, new string) compiled.Cluster {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(file.Dir(t))); err != nil {
		t.Fatal(err)
	}
	cluster := compiled.Read(t, copied)[0]
	path := filepath.Join(cluster.Dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not hold `%s`", name, old)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, new)), 0o644); err != nil {
		t.Fatal(err)
	}
	return compiled.Read(t, copied)[0]
}
