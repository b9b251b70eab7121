// A configuration whose upstream `crm` imports a document.
#pragma once

#include <string>
#include <vector>

#include "tests/config/folder.hpp"

namespace holdfast::config {

struct Crm {
  explicit Crm(const std::string& document, const std::string& more = "", const std::string& url = "http://h",
               const std::string& name = "crm.openapi.yaml") {
    folder.write(name, document);
    loaded =
        load(folder.write("a.yaml",
                          "version: 1\ndata_dir: d\nupstreams:\n  - name: crm\n    protocol: http\n    path: "
                          "/crm/\n    url: " +
                              url + "\n    openapi: " + name + "\n" + more));
  }
  [[nodiscard]] std::vector<std::string> problems() const { return folder.texts(loaded.problems); }
  [[nodiscard]] const proxy::Tool& tool(const std::string& name) const {
    static const proxy::Tool none;
    if (!loaded.config) return none;
    for (const proxy::Tool& tool : loaded.config->proxy.upstreams.at(0).tools) {
      if (tool.name == name) return tool;
    }
    return none;
  }
  // `getUser GET /users/{id}` of each.
  [[nodiscard]] std::vector<std::string> tools() const {
    std::vector<std::string> out;
    if (!loaded.config) return out;
    for (const proxy::Tool& tool : loaded.config->proxy.upstreams.at(0).tools)
      out.push_back(tool.name + " " + tool.method + " " + tool.path);
    return out;
  }

  Folder folder;
  Loaded loaded;
};

}  // namespace holdfast::config
