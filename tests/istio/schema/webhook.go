package schema

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/webhooks/validation/server"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"tenantry/tests/istio/internal/compiled"
)

// webhook is istiod's, with the options that istiod gives it.
var webhook = sync.OnceValues(func() (http.Handler, error) {
	mux := http.NewServeMux()
	_, err := server.New(server.Options{Schemas: collections.PilotGatewayAPI(), DomainSuffix: "cluster.local", Mux: mux})
	return mux, err
})

// admit asks the webhook as the API server does, and gives its refusal or its warnings.
func admit(t testing.TB, resource compiled.Resource) []string {
	t.Helper()
	if !isIstio(resource) {
		return nil
	}
	handler, err := webhook()
	if err != nil {
		t.Fatal(err)
	}
	object, err := resource.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	kind := resource.GroupVersionKind()
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:       "1",
			Kind:      metav1.GroupVersionKind{Group: kind.Group, Version: kind.Version, Kind: kind.Kind},
			Name:      resource.GetName(),
			Namespace: resource.GetNamespace(),
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: object},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil || review.Response == nil {
		t.Fatalf("the webhook answered %d: %s", recorder.Code, recorder.Body)
	}
	if !review.Response.Allowed {
		return []string{review.Response.Result.Message}
	}
	return review.Response.Warnings
}
