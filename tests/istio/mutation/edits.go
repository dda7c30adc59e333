package mutation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"tenantry/tests/istio/internal/compiled"
)

// edit changes the files in a cluster's folder; it ends the test where there is nothing to change.
type edit func(t testing.TB, folder string)

// set gives a field of an object another value. The object is named by kind, namespace and name, the field by keys and
// indexes. What holds the field has to be there.
func set(object string, value any, field ...any) edit {
	return onObject(object, func(content map[string]any) error {
		holder, err := walk(content, field[:len(field)-1])
		if err != nil {
			return err
		}
		switch last := field[len(field)-1].(type) {
		case string:
			fields, ok := holder.(map[string]any)
			if !ok || reflect.DeepEqual(fields[last], value) {
				return fmt.Errorf("`%s` is `%v` before", last, value)
			}
			fields[last] = value
		case int:
			list, ok := holder.([]any)
			if !ok || last >= len(list) || reflect.DeepEqual(list[last], value) {
				return fmt.Errorf("there is no item %d, or it is `%v` before", last, value)
			}
			list[last] = value
		}
		return nil
	})
}

// unset removes a field of an object.
func unset(object string, field ...any) edit {
	return onObject(object, func(content map[string]any) error {
		if _, err := walk(content, field); err != nil {
			return err
		}
		holder, err := walk(content, field[:len(field)-1])
		if err != nil {
			return err
		}
		fields, ok := holder.(map[string]any)
		if !ok {
			return fmt.Errorf("%v is no field", field)
		}
		delete(fields, field[len(field)-1].(string))
		return nil
	})
}

// lose removes a whole object, as somebody does who takes it out of the folder: a file that becomes empty goes with it, and
// so does its line in the Kustomization.
func lose(object string) edit {
	return func(t testing.TB, folder string) {
		t.Helper()
		path, objects, at := find(t, folder, object)
		objects = append(objects[:at], objects[at+1:]...)
		if len(objects) > 0 {
			write(t, path, objects)
			return
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		replace("kustomization.yaml", "- "+filepath.Base(path)+"\n", "")(t, folder)
	}
}

// replace replaces a passage of a file's text, which has to be there once.
func replace(file, passage, replacement string) edit {
	return func(t testing.TB, folder string) {
		t.Helper()
		path := filepath.Join(folder, file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if count := strings.Count(string(text), passage); count != 1 || passage == replacement {
			t.Fatalf("%s has this passage %d times:\n%s", file, count, passage)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), passage, replacement, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// both are edits that make one mistake together.
func both(edits ...edit) edit {
	return func(t testing.TB, folder string) {
		t.Helper()
		for _, edit := range edits {
			edit(t, folder)
		}
	}
}

func onObject(object string, change func(content map[string]any) error) edit {
	return func(t testing.TB, folder string) {
		t.Helper()
		path, objects, at := find(t, folder, object)
		if err := change(objects[at]); err != nil {
			t.Fatalf("%s: %v", object, err)
		}
		write(t, path, objects)
	}
}

// find is the file of an object, all objects in it, and the object's place among them.
func find(t testing.TB, folder, object string) (string, []map[string]any, int) {
	t.Helper()
	for _, path := range manifestsOf(t, folder) {
		objects := read(t, path)
		for at, content := range objects {
			if object == named(content) {
				return path, objects, at
			}
		}
	}
	t.Fatalf("there is no %s in %s", object, folder)
	return "", nil, 0
}

// manifestsOf are the files that hold objects.
func manifestsOf(t testing.TB, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return append(paths, filepath.Join(folder, "install", "istio-operator.yaml"))
}

// named is how mutations name an object; a namespace is in none.
func named(content map[string]any) string {
	metadata, _ := content["metadata"].(map[string]any)
	if metadata["namespace"] == nil {
		return fmt.Sprintf("%v %v", content["kind"], metadata["name"])
	}
	return fmt.Sprintf("%v %v/%v", content["kind"], metadata["namespace"], metadata["name"])
}

func read(t testing.TB, path string) []map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := compiled.Documents(text)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var objects []map[string]any
	for _, document := range documents {
		var content map[string]any
		if err := yaml.Unmarshal(document, &content); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		objects = append(objects, content)
	}
	return objects
}

func write(t testing.TB, path string, objects []map[string]any) {
	t.Helper()
	var text bytes.Buffer
	for _, content := range objects {
		document, err := yaml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(document)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// walk follows keys and indexes.
func walk(content any, path []any) (any, error) {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, _ := content.(map[string]any)
			next, ok := fields[step]
			if !ok {
				return nil, fmt.Errorf("there is no `%s` on the way %v", step, path)
			}
			content = next
		case int:
			list, _ := content.([]any)
			if step >= len(list) {
				return nil, fmt.Errorf("there is no item %d on the way %v", step, path)
			}
			content = list[step]
		}
	}
	return content, nil
}
