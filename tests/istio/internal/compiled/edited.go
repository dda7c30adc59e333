package compiled

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// With is a copy of the policy in a folder of the test's own, with another value for one field. The files beside a policy
// in a folder of its own come along, as it may name them.
func (p Policy) With(t testing.TB, value any, field ...string) Policy {
	t.Helper()
	folder := t.TempDir()
	if filepath.Base(p.Path) == "policy.yaml" {
		if err := os.CopyFS(folder, os.DirFS(filepath.Dir(p.Path))); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	node := document.Content[0]
	for _, name := range field {
		node = member(node, name)
	}
	if err := node.Encode(value); err != nil {
		t.Fatal(err)
	}
	if text, err = yaml.Marshal(&document); err != nil {
		t.Fatal(err)
	}
	edited := Policy{Name: p.Name, Path: filepath.Join(folder, filepath.Base(p.Path))}
	if err := os.WriteFile(edited.Path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return edited
}

// member is the value of a mapping's key, made if it is not there.
func member(mapping *yaml.Node, name string) *yaml.Node {
	mapping.Kind = yaml.MappingNode
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i+1]
		}
	}
	key := &yaml.Node{}
	key.SetString(name)
	value := &yaml.Node{}
	mapping.Content = append(mapping.Content, key, value)
	return value
}

// Edited is a copy of the cluster in a folder of the test's own, with one passage of one file replaced. The passage has to be
// there once.
func (c Cluster) Edited(t testing.TB, file, passage, replacement string) Cluster {
	t.Helper()
	folder := filepath.Join(t.TempDir(), c.Name)
	if err := os.CopyFS(folder, os.DirFS(c.Dir)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if count := strings.Count(string(text), passage); count != 1 {
		t.Fatalf("%s has this passage %d times:\n%s", file, count, passage)
	}
	edited := strings.Replace(string(text), passage, replacement, 1)
	if err := os.WriteFile(path, []byte(edited), 0o644); err != nil {
		t.Fatal(err)
	}
	return Read(t, filepath.Dir(folder))[0]
}
