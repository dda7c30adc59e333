package run

import (
	"fmt"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	kubetesting "k8s.io/client-go/testing"

	"istio.io/istio/pkg/kube"
)

// account is a Kubernetes service account.
type account struct{ namespace, name string }

// runsAs is a pod's account.
func runsAs(pod *corev1.Pod) account {
	return account{pod.Namespace, pod.Spec.ServiceAccountName}
}

// identity is the account's name in certificates.
func (a account) identity() string {
	return "spiffe://cluster.local/ns/" + a.namespace + "/sa/" + a.name
}

// token is what Kubernetes would mount into a pod that runs as the account: here its name, which only the test hands out.
func (a account) token() string {
	return "token-of:" + a.user()
}

func (a account) user() string {
	return "system:serviceaccount:" + a.namespace + ":" + a.name
}

// apiServer answers, in place of Kubernetes, what istiod asks about accounts: whose token this is, and who may read the
// secrets of a gateway.
func apiServer(accounts []account, gateway account) func(kube.Client) {
	return func(client kube.Client) {
		clientset := client.Kube().(*fake.Clientset)
		clientset.PrependReactor("create", "tokenreviews", func(action kubetesting.Action) (bool, runtime.Object, error) {
			review := action.(kubetesting.CreateAction).GetObject().(*authenticationv1.TokenReview).DeepCopy()
			for _, account := range accounts {
				if review.Spec.Token == account.token() {
					review.Status.Authenticated = true
					review.Status.User.Username = account.user()
					review.Status.User.Groups = []string{"system:serviceaccounts"}
				}
			}
			return true, review, nil
		})
		clientset.PrependReactor("create", "subjectaccessreviews", func(action kubetesting.Action) (bool, runtime.Object, error) {
			review := action.(kubetesting.CreateAction).GetObject().(*authorizationv1.SubjectAccessReview).DeepCopy()
			review.Status.Allowed = review.Spec.User == gateway.user()
			return true, review, nil
		})
	}
}

// typed are the objects of the kinds that istiod's Kubernetes registry reads.
func typed(t testing.TB, objects []*unstructured.Unstructured) []runtime.Object {
	t.Helper()
	var made []runtime.Object
	for _, object := range objects {
		switch object.GetKind() {
		case "Namespace", "Service", "ServiceAccount", "Secret", "ConfigMap", "Pod", "EndpointSlice":
		default:
			continue
		}
		into, err := scheme.Scheme.New(object.GroupVersionKind())
		if err == nil {
			err = runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into)
		}
		if err != nil {
			t.Fatalf("%s %s/%s: %v", object.GetKind(), object.GetNamespace(), object.GetName(), err)
		}
		made = append(made, into)
	}
	return made
}

// find is an object of the cluster; a test ends where there is none.
func find[T runtime.Object](t testing.TB, objects []runtime.Object, namespace, name string) T {
	t.Helper()
	for _, object := range objects {
		found, is := object.(T)
		if !is {
			continue
		}
		if meta, is := object.(interface{ GetNamespace() string }); !is || meta.GetNamespace() != namespace {
			continue
		}
		if meta, is := object.(interface{ GetName() string }); is && meta.GetName() == name {
			return found
		}
	}
	var none T
	t.Fatalf("the cluster has no %T %s/%s", none, namespace, name)
	return none
}

// all are the cluster's objects of a kind.
func all[T runtime.Object](objects []runtime.Object) []T {
	var found []T
	for _, object := range objects {
		if object, is := object.(T); is {
			found = append(found, object)
		}
	}
	return found
}

// proxyOf is the pod's container with the proxy, nil where the pod has none.
func proxyOf(pod *corev1.Pod) *corev1.Container {
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for index := range containers {
			if containers[index].Name == "istio-proxy" {
				return &containers[index]
			}
		}
	}
	return nil
}

// value is what Kubernetes would give a container for one of its environment variables.
func value(pod *corev1.Pod, variable corev1.EnvVar) (string, error) {
	switch from := variable.ValueFrom; {
	case from == nil:
		return variable.Value, nil
	case from.ResourceFieldRef != nil:
		// Limits are about the node, and all pods share this one.
		return "", nil
	case from.FieldRef != nil:
		switch from.FieldRef.FieldPath {
		case "metadata.name":
			return pod.Name, nil
		case "metadata.namespace":
			return pod.Namespace, nil
		case "spec.serviceAccountName":
			return pod.Spec.ServiceAccountName, nil
		case "spec.nodeName":
			return pod.Spec.NodeName, nil
		case "status.podIP", "status.hostIP":
			return pod.Status.PodIP, nil
		}
	}
	return "", fmt.Errorf("no value for the variable %s: %v", variable.Name, variable.ValueFrom)
}
