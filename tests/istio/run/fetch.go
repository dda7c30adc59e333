package run

import (
	"testing"

	"google.golang.org/protobuf/types/known/anypb"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/xds"
	v3 "istio.io/istio/pilot/pkg/xds/v3"
	"istio.io/istio/pkg/util/sets"
	"istio.io/istio/pkg/wasm"
)

// fetching answers for extensions what istiod does, with the modules already fetched.
//
// Fetching is the agent's part, and it is its code that does it here: from the registry, with the pull secret, the digest
// and the fallback of the configuration. But the agent keeps modules in /var/lib/istio/data, which only root can make, and
// has no setting for that. So it happens one step earlier, with a folder of the test's, and the agent finds nothing to do.
type fetching struct {
	model.XdsResourceGenerator
	cache wasm.Cache
}

// fetchModules puts that in front of a discovery server.
func fetchModules(t testing.TB, discovery *xds.DiscoveryServer) {
	t.Helper()
	cache := wasm.NewLocalFileCache(t.TempDir(), wasm.Options{
		PurgeInterval:         wasm.DefaultPurgeInterval,
		ModuleExpiry:          wasm.DefaultModuleExpiry,
		InsecureRegistries:    sets.New[string](),
		HTTPRequestTimeout:    wasm.DefaultHTTPRequestTimeout,
		HTTPRequestMaxRetries: wasm.DefaultHTTPRequestMaxRetries,
	})
	t.Cleanup(cache.Cleanup)
	kind := v3.ExtensionConfigurationType
	discovery.Generators[kind] = fetching{discovery.Generators[kind], cache}
}

// Generate is the discovery server's.
func (f fetching) Generate(proxy *model.Proxy, watched *model.WatchedResource, request *model.PushRequest) (model.Resources, model.XdsLogDetails, error) {
	resources, details, err := f.XdsResourceGenerator.Generate(proxy, watched, request)
	if err != nil {
		return resources, details, err
	}
	extensions := make([]*anypb.Any, len(resources))
	for index, resource := range resources {
		extensions[index] = resource.Resource
	}
	if err := wasm.MaybeConvertWasmExtensionConfig(extensions, f.cache); err != nil {
		return nil, details, err
	}
	for index, resource := range resources {
		resource.Resource = extensions[index]
	}
	return resources, details, nil
}
