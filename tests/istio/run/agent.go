package run

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/cmd/pilot-agent/config"
	"istio.io/istio/pilot/cmd/pilot-agent/options"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/envoy"
	istioagent "istio.io/istio/pkg/istio-agent"
	"istio.io/istio/pkg/model"
	"istio.io/istio/pkg/security"
	"istio.io/istio/security/pkg/nodeagent/cafile"
	"istio.io/istio/security/pkg/nodeagent/sds"
)

// asAgent is the variable that makes the test program a pilot-agent.
const asAgent = "TENANTRY_PILOT_AGENT"

// pilotAgent does what the command `pilot-agent proxy` does, from the same parts, with the arguments and the environment
// of a pod's proxy container; what it takes from the container's file system it finds in the working directory.
//
// It differs in two things. The pod has the one address that Kubernetes gave it, where the command adds those of the
// machine. And there is no status server, because that one listens on all of them.
func pilotAgent(arguments []string) error {
	// The file that the container's image has among its own.
	cafile.CACertFilePath = os.Getenv("SSL_CERT_FILE")

	node := options.NewProxyArgs()
	node.Type = model.NodeType(arguments[1])
	node.IPAddresses = []string{options.InstanceIPVar.Get()}
	node.ID = node.PodName + "." + node.PodNamespace
	node.DNSDomain = arguments[slices.Index(arguments, "--domain")+1]
	node.DiscoverIPMode()

	proxy, err := config.ConstructProxyConfig("etc/istio/config/mesh", constants.ServiceClusterName, options.ProxyConfigEnv, 0)
	if err != nil {
		return fmt.Errorf("the proxy's configuration: %w", err)
	}
	secrets, err := options.NewSecurityOptions(proxy, 0, "")
	if err != nil {
		return err
	}
	serve := func(options *security.Options, secrets security.SecretManager, keys *meshconfig.PrivateKeyProvider) istioagent.SDSService {
		return sds.NewServer(options, secrets, keys)
	}
	agent := istioagent.NewAgent(proxy, options.NewAgentOptions(&node, proxy, serve), secrets, envoy.ProxyConfig{
		LogLevel: "warning", NodeIPs: node.IPAddresses, Sidecar: node.Type == model.SidecarProxy,
		FileFlushInterval: proxy.FileFlushInterval, FileFlushMinSizeKB: proxy.FileFlushMinSizeKb,
	})
	defer agent.Close()
	running, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	wait, err := agent.Run(running)
	if err != nil {
		return err
	}
	wait()
	return nil
}
