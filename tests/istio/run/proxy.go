package run

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"tenantry/tests/istio/internal/compiled"
)

const (
	// envoyVersion is the one that Istio 1.31 is built on.
	envoyVersion = "1.39.3"
	// adminPort is Envoy's, on the pod's address.
	adminPort = 15000
)

// proxy is the proxy container of a pod: a pilot-agent and its Envoy.
type proxy struct {
	pod    *corev1.Pod
	folder string
	agent  *os.Process
	ended  chan struct{}
}

// startProxy runs the pod's proxy container on this machine until the test ends.
func startProxy(t testing.TB, pod *corev1.Pod, istiod *istiod, mesh string, outside *internet, folder string) *proxy {
	t.Helper()
	mount(t, folder, pod, istiod, mesh)
	output, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	environment := environment(t, pod)
	environment["PROXY_CONFIG"] = proxyConfig(t, environment["PROXY_CONFIG"], istiod)
	// With an empty address the authority is where discovery is, and has the name that is said here.
	environment["CA_ADDR"], environment["ISTIOD_SAN"] = "", istiodName
	// There is no cloud around to ask for its name.
	environment["CLOUD_PLATFORM"] = "none"
	environment["MINIMUM_DRAIN_DURATION"] = "1ms"
	environment[asAgent] = "yes"

	command := exec.Command(program)
	for _, argument := range proxyOf(pod).Args {
		command.Args = append(command.Args, expand(argument, environment))
	}
	command.Dir, command.Stdout, command.Stderr, command.SysProcAttr = folder, output, output, dying()
	command.Env = outside.environment
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	made := &proxy{pod: pod, folder: folder, agent: command.Process, ended: make(chan struct{})}
	go func() {
		_ = command.Wait()
		_ = output.Close()
		close(made.ended)
	}()
	t.Cleanup(func() {
		made.stop()
		if t.Failed() {
			t.Logf("the log of %s ends so:\n%s", pod.Name, made.tail())
		}
	})
	return made
}

// stop ends the agent and its Envoy, if they still run.
func (p *proxy) stop() {
	_ = p.agent.Signal(os.Interrupt)
	<-p.ended
}

// environment is what Kubernetes gives the container.
func environment(t testing.TB, pod *corev1.Pod) map[string]string {
	t.Helper()
	made := map[string]string{}
	for _, variable := range proxyOf(pod).Env {
		value, err := value(pod, variable)
		if err != nil {
			t.Fatalf("%s: %v", pod.Name, err)
		}
		made[variable.Name] = expand(value, made)
	}
	return made
}

// expand replaces `$(NAME)`, as Kubernetes does in arguments and variables.
func expand(text string, environment map[string]string) string {
	for name, value := range environment {
		text = strings.ReplaceAll(text, "$("+name+")", value)
	}
	return text
}

// proxyConfig is the container's own, with what is elsewhere on this machine than in its image.
func proxyConfig(t testing.TB, injected string, istiod *istiod) string {
	t.Helper()
	config := map[string]any{}
	if strings.TrimSpace(injected) != "" {
		if err := json.Unmarshal([]byte(injected), &config); err != nil {
			t.Fatal(err)
		}
	}
	maps.Copy(config, map[string]any{
		"discoveryAddress": istiod.address, "binaryPath": envoyPath(t), "proxyBootstrapTemplatePath": "bootstrap.json",
		"proxyAdminPort": adminPort, "concurrency": 1, "terminationDrainDuration": "0.001s",
	})
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mount writes what Kubernetes mounts into the container, and the one file of its image that is needed.
func mount(t testing.TB, folder string, pod *corev1.Pod, istiod *istiod, mesh string) {
	t.Helper()
	sources, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio").Output()
	if err != nil {
		t.Fatal(err)
	}
	bootstrap, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(sources)), "tools", "packaging", "common", "envoy_bootstrap.json"))
	if err != nil {
		t.Fatal(err)
	}
	// All pods share this machine, so that none may take all of its addresses, or the one of localhost.
	own := strings.NewReplacer("{{ .wildcard }}", pod.Status.PodIP, "{{ .localhost }}", pod.Status.PodIP)
	for name, content := range map[string]string{
		"bootstrap.json":                      own.Replace(string(bootstrap)),
		"var/run/secrets/tokens/istio-token":  runsAs(pod).token(),
		"var/run/secrets/istio/root-cert.pem": string(istiod.root()),
		"etc/istio/config/mesh":               mesh,
		"etc/istio/pod/labels":                downward(pod.Labels),
		"etc/istio/pod/annotations":           downward(pod.Annotations),
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// downward writes labels and annotations as Kubernetes' downward API does.
func downward(pairs map[string]string) string {
	var text strings.Builder
	for name, value := range pairs {
		fmt.Fprintf(&text, "%s=%q\n", name, value)
	}
	return text.String()
}

// envoyPath is where the real one is.
func envoyPath(t testing.TB) string {
	t.Helper()
	path := filepath.Join(compiled.Root(), "target", "tools", "envoy", envoyVersion, "envoy")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("Envoy %s is missing: %v; `cargo xtask setup` fetches it", envoyVersion, err)
	}
	return path
}
