package translate

import (
	"strings"

	file "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
)

// accessLog judges that every proxy writes what the policy asks for, with the tenant and the decision, and never a query
// string, which may hold secrets.
func accessLog(j *judgement) {
	for _, proxy := range j.proxies() {
		for _, chain := range proxy.chains(j.t) {
			logs := chain.manager.GetAccessLog()
			if j.policy.Mesh.AccessLog == "none" {
				if len(logs) > 0 {
					j.wrong("%s: %s writes an access log, and the policy wants none", proxy, chain)
				}
				continue
			}
			if len(logs) != 1 {
				j.wrong("%s: %s writes %d access logs", proxy, chain, len(logs))
				continue
			}
			log := unpack[file.FileAccessLog](logs[0].GetTypedConfig())
			line := log.GetLogFormat().GetTextFormatSource().GetInlineString()
			if j.policy.Mesh.AccessLog == "json" {
				line = ""
				for _, value := range log.GetLogFormat().GetJsonFormat().GetFields() {
					line += value.GetStringValue() + " "
				}
			}
			for _, field := range []string{"wasm.tenantry.tenant:", "wasm.tenantry.decision:", "%RESPONSE_CODE%", "%PATH(NQ:"} {
				if !strings.Contains(line, field) {
					j.wrong("%s: %s writes no %s into its access log: `%s`", proxy, chain, field, line)
				}
			}
			for _, field := range []string{"%REQ(:PATH)", "X-ENVOY-ORIGINAL-PATH", "QUERY"} {
				if strings.Contains(strings.ToUpper(line), field) {
					j.wrong("%s: %s writes query strings into its access log: `%s`", proxy, chain, line)
				}
			}
		}
	}
}
