package install

import (
	"io/fs"
	"os"
	"strings"
	"sync"
)

// Much is judged over and over around the same install files: what comes of them is kept, by their text. Nobody writes to it.
var (
	installations sync.Map
	webhooks      sync.Map
)

// installation is one way's result.
type installation struct {
	made Installation
	err  error
}

// once installs a folder of files one way, or knows what came of it.
func once(way, folder string, install func(folder string) (Installation, error)) (Installation, error) {
	key := strings.Builder{}
	key.WriteString(way)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(folder), path)
		key.WriteString("\n" + path + "\n")
		key.Write(text)
		return err
	})
	if err != nil {
		return Installation{}, err
	}
	known, ok := installations.Load(key.String())
	if !ok {
		made, err := install(folder)
		known, _ = installations.LoadOrStore(key.String(), installation{made, err})
	}
	return known.(installation).made, known.(installation).err
}

// injecting is all that a webhook depends on.
type injecting struct{ config, values, mesh, kubelet string }

// webhookOf is the webhook of an installation. It runs for as long as the program.
func webhookOf(made Installation, kubelet string) (*webhook, error) {
	key := injecting{made.InjectorConfig, made.InjectorValues, made.MeshText, kubelet}
	if known, ok := webhooks.Load(key); ok {
		return known.(*webhook), nil
	}
	hook, err := newWebhook(made, kubelet)
	if err != nil {
		return nil, err
	}
	known, _ := webhooks.LoadOrStore(key, hook)
	return known.(*webhook), nil
}
