package install

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/kube/multicluster"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// webhook is istiod's webhook that injects the proxy, with the configuration that was installed, in a cluster whose one
// node has the given version. On that version depends what kind of container the proxy is.
type webhook struct{ mux *http.ServeMux }

func newWebhook(made Installation, kubelet string) (*webhook, error) {
	config, err := inject.UnmarshalConfig([]byte(made.InjectorConfig))
	if err != nil {
		return nil, err
	}
	store := model.NewFakeStore()
	environment := &model.Environment{Watcher: meshwatcher.NewTestWatcher(made.Mesh), ConfigStore: store}
	environment.SetPushContext(&model.PushContext{ProxyConfigs: model.GetProxyConfigs(store, made.Mesh)})
	hook := &webhook{mux: http.NewServeMux()}
	clusters := multicluster.NewFakeController()
	if _, err := inject.NewWebhook(inject.WebhookParameters{
		Watcher: installed{&config, made.InjectorValues}, Env: environment, Mux: hook.mux, MultiCluster: clusters,
	}); err != nil {
		return nil, err
	}
	client := kube.NewFakeClient(&corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node"},
		Status:     corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{KubeletVersion: kubelet}},
	})
	forever := make(chan struct{})
	clusters.Add(constants.DefaultClusterName, client, forever)
	client.RunAndWait(forever)
	return hook, nil
}

// inject sends the pod through the webhook, as the Kubernetes API server does.
func (w *webhook) inject(pod *corev1.Pod) (*corev1.Pod, error) {
	raw, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	review, err := json.Marshal(&admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request:  &admissionv1.AdmissionRequest{Namespace: pod.Namespace, Object: runtime.RawExtension{Raw: raw}},
	})
	if err != nil {
		return nil, err
	}
	request := httptest.NewRequest(http.MethodPost, "/inject", bytes.NewReader(review))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.mux.ServeHTTP(recorder, request)
	answer := &admissionv1.AdmissionReview{}
	if err := json.Unmarshal(recorder.Body.Bytes(), answer); err != nil {
		return nil, fmt.Errorf("%d: %w", recorder.Code, err)
	}
	if answer.Response == nil || !answer.Response.Allowed || len(answer.Response.Patch) == 0 {
		return nil, fmt.Errorf("the webhook answers %v", answer.Response)
	}
	patch, err := jsonpatch.DecodePatch(answer.Response.Patch)
	if err != nil {
		return nil, err
	}
	patched, err := patch.Apply(raw)
	if err != nil {
		return nil, err
	}
	injected := &corev1.Pod{}
	return injected, json.Unmarshal(patched, injected)
}

// installed hands the webhook its configuration, which never changes.
type installed struct {
	config *inject.Config
	values string
}

func (installed) SetHandler(func(*inject.Config, string) error) {}

func (installed) Run(<-chan struct{}) {}

func (i installed) Get() (*inject.Config, string, error) { return i.config, i.values, nil }
