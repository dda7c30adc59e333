package mesh

import (
	"strings"
	"testing"

	"istio.io/api/annotation"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/kube/inject"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// injector puts the proxy into pods, with Istio's own templates and code.
type injector struct {
	templates inject.Templates
	// chosen are the templates of a pod that asks for none in particular.
	chosen []string
	values inject.ValuesConfig
	mesh   *meshconfig.MeshConfig
}

func newInjector(t testing.TB, config, values string) injector {
	t.Helper()
	configured, err := inject.UnmarshalConfig([]byte(config))
	if err != nil {
		t.Fatal(err)
	}
	valued, err := inject.NewValuesConfig(values)
	if err != nil {
		t.Fatal(err)
	}
	return injector{templates: configured.Templates, chosen: configured.DefaultTemplates, values: valued}
}

// into is the Deployment with the proxy in its template, unless its own labels say that it wants none.
func (i injector) into(t testing.TB, deployment *appsv1.Deployment) *appsv1.Deployment {
	t.Helper()
	// Outside of the webhook the injector knows one template by itself.
	deployment = deployment.DeepCopy()
	metav1.SetMetaDataAnnotation(&deployment.Spec.Template.ObjectMeta, annotation.InjectTemplates.Name, strings.Join(i.chosen, ","))
	injected, err := inject.IntoObject(nil, i.templates, i.values, "default", i.mesh, deployment, func(string) {})
	if err != nil {
		t.Fatalf("the sidecar of %s/%s: %v", deployment.Namespace, deployment.Name, err)
	}
	return injected.(*appsv1.Deployment)
}
