package run

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	corev1 "k8s.io/api/core/v1"
)

// phoenix takes spans where Phoenix would.
type phoenix struct {
	collector.UnimplementedTraceServiceServer
	lock  sync.Mutex
	taken []span
}

// span is one that arrived, with what its resource says.
type span struct {
	*trace.Span
	project, service string
}

// phoenixPort is for OTLP over gRPC.
const phoenixPort = 4317

// servePhoenix runs at the address of a pod until the test ends.
func servePhoenix(t testing.TB, pod *corev1.Pod) *phoenix {
	t.Helper()
	made, server := &phoenix{}, grpc.NewServer()
	collector.RegisterTraceServiceServer(server, made)
	listener := listen(t, pod.Status.PodIP, phoenixPort)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return made
}

// Export is the collector's.
func (p *phoenix) Export(_ context.Context, request *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, resource := range request.ResourceSpans {
		said := attributes(resource.Resource.GetAttributes())
		for _, scope := range resource.ScopeSpans {
			for _, one := range scope.Spans {
				p.taken = append(p.taken, span{one, said["openinference.project.name"], said["service.name"]})
			}
		}
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

func attributes(list []*common.KeyValue) map[string]string {
	said := map[string]string{}
	for _, attribute := range list {
		said[attribute.Key] = attribute.Value.GetStringValue()
	}
	return said
}

// spans looks for what Phoenix got of the requests before: of every tenant that a service here has answered.
func (w *world) spans(t testing.TB) *trial {
	tried := &trial{}
	if w.policy.Tracing == nil {
		return tried
	}
	for _, name := range slices.Sorted(maps.Keys(w.clusters)) {
		here := w.clusters[name]
		for id, tenant := range w.policy.Tenants {
			if tenant.Cluster != name || tenant.Status == "suspended" {
				continue
			}
			tried.count++
			found := here.phoenix.pair
			project := w.policy.Tracing.Project
			if w.policy.Tracing.Mode == "enrich" {
				found = here.phoenix.tagged
			} else {
				organisation, rest, parts := strings.Cut(id, ":")
				if !parts {
					rest = id
				}
				project = strings.NewReplacer("{org}", organisation, "{tenant}", rest).Replace(project)
			}
			deadline := time.Now().Add(15 * time.Second)
			for !found(project, id) && time.Now().Before(deadline) {
				// Another one, because a share of the requests may be all that is recorded.
				w.check(t, w.request(id, name, w.policy.Routes[len(w.policy.Routes)-1], nil))
				time.Sleep(20 * time.Millisecond)
			}
			if !found(project, id) {
				tried.wrong("%s: no spans of %s in project %s", name, id, project)
			}
		}
	}
	return tried
}

// pair tells whether the project has a span of the gateway, and one of a service's sidecar that is its child.
func (p *phoenix) pair(project, _ string) bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, parent := range p.taken {
		if parent.project != project || parent.service != "istio-ingressgateway" {
			continue
		}
		for _, child := range p.taken {
			if child.project == project && child.service != parent.service && string(child.TraceId) == string(parent.TraceId) &&
				string(child.ParentSpanId) == string(parent.SpanId) {
				return true
			}
		}
	}
	return false
}

// tagged tells whether there is a span with the tenant as a tag.
func (p *phoenix) tagged(_, tenant string) bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return slices.ContainsFunc(p.taken, func(one span) bool { return attributes(one.Attributes)["tenant.id"] == tenant })
}
