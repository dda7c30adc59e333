package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	plugin "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// configured judges what a proxy is told of the filter.
func (j *judgement) configured(proxy *Proxy, extension *core.TypedExtensionConfig) {
	if extension == nil {
		// A missing extension is a fault of the references.
		return
	}
	filter := unpack[wasm.Wasm](extension.GetTypedConfig()).GetConfig()
	if filter == nil {
		j.wrong("%s: %s is no wasm filter", proxy, extension.Name)
		return
	}
	if filter.FailurePolicy != plugin.FailurePolicy_FAIL_RELOAD {
		j.wrong("%s: the filter's failure policy is %s", proxy, filter.FailurePolicy)
	}
	j.fetched(proxy, filter.GetVmConfig())
	j.holdsKey(proxy, filter.GetVmConfig())
	j.told(proxy, extension.Name, filter)
}

// fetched judges the module's place and digest: those of the files that the compiler wrote to be published.
func (j *judgement) fetched(proxy *Proxy, vm *plugin.VmConfig) {
	source, url := vm.GetCode().GetRemote(), j.policy.Filter.URL
	if strings.HasPrefix(url, "file://") {
		if name := vm.GetCode().GetLocal().GetFilename(); "file://"+name != url {
			j.wrong("%s: the module is %s, expected %s", proxy, name, url)
		}
		return
	}
	digest := j.digest()
	if strings.HasPrefix(url, "oci://") {
		// Named by digest, so that the tag may move.
		slash := strings.LastIndex(url, "/")
		if colon := strings.LastIndex(url, ":"); colon > slash {
			url = url[:colon]
		}
		url += "@sha256:" + digest
	}
	if source.GetHttpUri().GetUri() != url || source.GetSha256() != digest {
		j.wrong("%s: fetches %s with the digest %s, expected %s with %s",
			proxy, source.GetHttpUri().GetUri(), source.GetSha256(), url, digest)
	}
	// istiod puts the secret's content here, for the agent to log in with; it finds it beside the resource alone.
	login := vm.GetEnvironmentVariables().GetKeyValues()["ISTIO_META_WASM_IMAGE_PULL_SECRET"]
	if secret := j.policy.Filter.PullSecret; (login != "") != (secret != "") {
		j.wrong("%s: logs in to the registry: %t, and the policy's pull secret is `%s`", proxy, login != "", secret)
	}
}

// digest is the one by which Istio knows the module: of the image's manifest, or of the file.
func (j *judgement) digest() string {
	written := filepath.Join(filepath.Dir(j.cluster.Dir), "filter")
	if !strings.HasPrefix(j.policy.Filter.URL, "oci://") {
		module, err := os.ReadFile(filepath.Join(written, "tenantry_filter.wasm"))
		if err != nil {
			j.t.Fatal(err)
		}
		sum := sha256.Sum256(module)
		return hex.EncodeToString(sum[:])
	}
	index, err := os.ReadFile(filepath.Join(written, "oci", "index.json"))
	if err != nil {
		j.t.Fatal(err)
	}
	var image struct {
		Manifests []struct{ Digest string }
	}
	if err := json.Unmarshal(index, &image); err != nil || len(image.Manifests) != 1 {
		j.t.Fatalf("%s: %v", index, err)
	}
	return strings.TrimPrefix(image.Manifests[0].Digest, "sha256:")
}

// told judges that the filter's configuration is, value by value, what was compiled, and that it is this proxy's.
func (j *judgement) told(proxy *Proxy, name string, filter *plugin.PluginConfig) {
	text := unpack[wrapperspb.StringValue](filter.GetConfiguration()).GetValue()
	var told map[string]any
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		j.wrong("%s: the filter's configuration is no JSON: %v", proxy, err)
		return
	}
	role := "workload"
	if proxy == j.gateway {
		role = "gateway"
	}
	if told["role"] != role || told["cluster"] != j.cluster.Name || told["policy"] != j.policy.Metadata.Name {
		j.wrong("%s: the filter is told that it is the %v of %v in %v", proxy, told["role"], told["policy"], told["cluster"])
	}
	if header := strings.ToLower(j.policy.Tenancy.Header); told["header"] != header {
		j.wrong("%s: the filter reads the tenant from `%v`, expected `%s`", proxy, told["header"], header)
	}
	j.enforces(proxy, text)
	namespace, object, _ := strings.Cut(name[strings.LastIndex(name, "/")+1:], ".")
	for _, resource := range j.cluster.Resources {
		if resource.GetKind() != "TrafficExtension" || resource.GetNamespace() != namespace || resource.GetName() != object {
			continue
		}
		if _, found, _ := unstructured.NestedFieldNoCopy(resource.Object, "spec", "priority"); !found {
			// Without one it comes after every other extension of its phase, whatever theirs are.
			j.wrong("%s: %s has no priority", proxy, resource)
		}
		written, _, err := unstructured.NestedMap(resource.Object, "spec", "wasm", "pluginConfig")
		if err != nil {
			j.t.Fatalf("%s: %v", resource, err)
		}
		if !reflect.DeepEqual(plain(j, written), told) {
			j.wrong("%s: the filter is told something else than %s", proxy, resource)
		}
		return
	}
	j.wrong("%s: no resource stands behind %s", proxy, name)
}

// plain is a value as a JSON parser reads it, whatever types its numbers had.
func plain(j *judgement, value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		j.t.Fatal(err)
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		j.t.Fatal(err)
	}
	return read
}
