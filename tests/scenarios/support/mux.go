// Routes by http.ServeMux. Arguments: template, name, template, name, ... with the concrete ones first.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
)

type tool struct {
	segments []string
	name     string
}

func fits(template, path []string) bool {
	if len(template) != len(path) {
		return false
	}
	for i, segment := range template {
		if !strings.HasPrefix(segment, "{") && segment != path[i] {
			return false
		}
		if path[i] == "" && len(path) > 1 {
			return false
		}
	}
	return true
}

func ran(writer http.ResponseWriter, name string) {
	writer.Header().Set("X-Ran", name)
	fmt.Fprint(writer, "ran")
}

func main() {
	mux := http.NewServeMux()
	prefixes := map[string][]tool{}
	for i := 1; i+1 < len(os.Args); i += 2 {
		template, name := os.Args[i], os.Args[i+1]
		brace := strings.Index(template, "{")
		if brace < 0 && template != "/" && !strings.HasSuffix(template, "/") {
			mux.HandleFunc(template, func(writer http.ResponseWriter, request *http.Request) { ran(writer, name) })
			continue
		}
		prefix := template
		if brace >= 0 {
			prefix = template[:brace]
		}
		prefixes[prefix] = append(prefixes[prefix], tool{strings.Split(strings.Trim(template, "/"), "/"), name})
	}
	for prefix, tools := range prefixes {
		tools := tools
		mux.HandleFunc(prefix, func(writer http.ResponseWriter, request *http.Request) {
			path := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
			for _, each := range tools {
				if fits(each.segments, path) {
					ran(writer, each.name)
					return
				}
			}
			http.NotFound(writer, request)
		})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	panic(http.Serve(listener, mux))
}
