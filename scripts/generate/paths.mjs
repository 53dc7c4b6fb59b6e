// The paths of an OpenAPI v3 document, derived from the rows of src/api/kinds.ts.
const query = (name, type, description) => ({ name, in: "query", description, schema: { type, uniqueItems: true } });
const pretty = query("pretty", "string", "If 'true', the output is pretty printed.");
const dryRun = query("dryRun", "string", "'All' processes every stage and persists nothing.");
const fieldManager = query("fieldManager", "string", "The name of who makes these changes.");
const fieldValidation = query("fieldValidation", "string", "What to do about unknown or duplicate fields: Ignore, Warn or Strict.");
const listing = [
  query("allowWatchBookmarks", "boolean", "Asks for events of type BOOKMARK."),
  query("continue", "string", "Where an earlier, limited list stopped."),
  query("fieldSelector", "string", "Restricts the list by fields."),
  query("labelSelector", "string", "Restricts the list by labels."),
  query("limit", "integer", "The most objects to return."),
  query("resourceVersion", "string", "The revision to read at."),
  query("resourceVersionMatch", "string", "How resourceVersion is applied to lists."),
  query("sendInitialEvents", "boolean", "Begins a watch with synthetic events for what exists."),
  query("timeoutSeconds", "integer", "Ends the call after so long."),
  query("watch", "boolean", "Watches for changes instead of listing."),
];
const deleting = [
  dryRun,
  query("gracePeriodSeconds", "integer", "How long an object may take to end; 0 means at once."),
  query("orphanDependents", "boolean", "Deprecated: use propagationPolicy."),
  query("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."),
];
const nameParameter = (kind) => ({
  name: "name",
  in: "path",
  description: `name of the ${kind}`,
  required: true,
  schema: { type: "string", uniqueItems: true },
});
const namespaceParameter = {
  name: "namespace",
  in: "path",
  description: "object name and auth scope, such as for teams and projects",
  required: true,
  schema: { type: "string", uniqueItems: true },
};

const refTo = (name) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const answers = (name, codes, streaming = []) => ({
  ...Object.fromEntries(
    codes.map((code) => [
      code,
      {
        description: { 200: "OK", 201: "Created", 202: "Accepted" }[code],
        content: Object.fromEntries(["application/json", ...streaming, "application/yaml"].map((type) => [type, refTo(name)])),
      },
    ]),
  ),
  401: { description: "Unauthorized" },
});
const body = (name, required = true) => ({ content: { "*/*": refTo(name) }, ...(required ? { required: true } : {}) });
const patchBody = {
  content: Object.fromEntries(
    [
      "application/apply-patch+yaml",
      "application/json-patch+json",
      "application/merge-patch+json",
      "application/strategic-merge-patch+json",
    ].map((type) => [type, refTo(`${meta}Patch`)]),
  ),
  required: true,
};

/** "core" + "v1" to "CoreV1". */
const camel = (text) =>
  text
    .split(/[.-]/)
    .map((s) => s[0].toUpperCase() + s.slice(1))
    .join("");

export function documentPaths(rows, subresourceTypes, typeOf) {
  const paths = {};
  for (const row of rows) {
    const { group, version, kind, namespaced } = row;
    const gvk = { group, version, kind };
    const prefix = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const short = group === "" ? "core" : group.split(".")[0];
    const tag = `${short}_${version}`;
    const id = (verb, suffix = "", all = false, middle = "") =>
      `${verb}${camel(short)}${camel(version)}${middle}${namespaced && !all ? "Namespaced" : ""}${kind}${suffix}`;
    const operation = (action, operationId, rest, about = gvk) => ({
      tags: [tag],
      operationId,
      ...rest,
      "x-kubernetes-action": action,
      "x-kubernetes-group-version-kind": about,
    });
    const list = `${row.type.name}List`;
    const listAnswers = answers(list, [200], ["application/json;stream=watch"]);
    const scope = namespaced ? [namespaceParameter] : [];
    const collection = namespaced ? `${prefix}/namespaces/{namespace}/${row.plural}` : `${prefix}/${row.plural}`;
    const write = [dryRun, fieldManager, fieldValidation];
    const patchQuery = [...write, query("force", "boolean", "Takes over fields of other managers; only with apply.")];

    paths[collection] = {
      get: operation("list", id("list"), {
        description: `list or watch objects of kind ${kind}`,
        parameters: listing,
        responses: listAnswers,
      }),
      post: operation("post", id("create"), {
        description: `create a ${kind}`,
        parameters: write,
        requestBody: body(row.type.name),
        responses: answers(row.type.name, [200, 201, 202]),
      }),
      ...(row.withoutDeleteCollection
        ? {}
        : {
            delete: operation("deletecollection", id("delete", "", false, "Collection"), {
              description: `delete collection of ${kind}`,
              parameters: [...deleting, ...listing],
              requestBody: body(`${meta}DeleteOptions`, false),
              responses: answers(`${meta}Status`, [200]),
            }),
          }),
      parameters: [...scope, pretty],
    };
    if (namespaced) {
      paths[`${prefix}/${row.plural}`] = {
        get: operation("list", `${id("list", "", true)}ForAllNamespaces`, {
          description: `list or watch objects of kind ${kind}`,
          responses: listAnswers,
        }),
        parameters: [...listing, pretty],
      };
    }
    paths[`${collection}/{name}`] = {
      get: operation("get", id("read"), { description: `read the specified ${kind}`, responses: answers(row.type.name, [200]) }),
      put: operation("put", id("replace"), {
        description: `replace the specified ${kind}`,
        parameters: write,
        requestBody: body(row.type.name),
        responses: answers(row.type.name, [200, 201]),
      }),
      delete: operation("delete", id("delete"), {
        description: `delete a ${kind}`,
        parameters: deleting,
        requestBody: body(`${meta}DeleteOptions`, false),
        responses: answers(kind === "Pod" || kind === "Service" || kind === "ServiceAccount" ? row.type.name : `${meta}Status`, [200, 202]),
      }),
      patch: operation("patch", id("patch"), {
        description: `partially update the specified ${kind}`,
        parameters: patchQuery,
        requestBody: patchBody,
        responses: answers(row.type.name, [200, 201]),
      }),
      parameters: [nameParameter(kind), ...scope, pretty],
    };
    for (const sub of row.subresources ?? []) {
      const other = subresourceTypes[sub];
      const typeName = other ?? row.type.name;
      const about = other === undefined ? gvk : typeOf(other).gvk;
      const suffix = camel(sub);
      const parameters = [nameParameter(other === undefined ? kind : about.kind), ...scope, pretty];
      const path = `${collection}/{name}/${sub}`;
      if (sub === "status" || sub === "scale" || sub === "resize" || sub === "ephemeralcontainers") {
        paths[path] = {
          get: operation(
            "get",
            id("read", suffix),
            { description: `read ${sub} of the specified ${kind}`, responses: answers(typeName, [200]) },
            about,
          ),
          put: operation(
            "put",
            id("replace", suffix),
            {
              description: `replace ${sub} of the specified ${kind}`,
              parameters: write,
              requestBody: body(typeName),
              responses: answers(typeName, [200, 201]),
            },
            about,
          ),
          patch: operation(
            "patch",
            id("patch", suffix),
            {
              description: `partially update ${sub} of the specified ${kind}`,
              parameters: patchQuery,
              requestBody: patchBody,
              responses: answers(typeName, [200, 201]),
            },
            about,
          ),
          parameters,
        };
      } else if (other !== undefined) {
        paths[path] = {
          post: operation(
            "post",
            id("create", suffix),
            {
              description: `create ${sub} of a ${kind}`,
              parameters: write,
              requestBody: body(typeName),
              responses: answers(typeName, [200, 201, 202]),
            },
            about,
          ),
          parameters,
        };
      } else if (sub === "finalize") {
        paths[path] = {
          put: operation("put", id("replace", suffix), {
            description: `replace ${sub} of the specified ${kind}`,
            parameters: write,
            requestBody: body(typeName),
            responses: answers(typeName, [200, 201]),
          }),
          parameters,
        };
      } else {
        // log, exec, attach, port-forward and proxy answer with plain text or a connection.
        const verbs = sub === "log" ? ["get"] : sub === "proxy" ? ["get", "post", "put", "patch", "delete"] : ["get", "post"];
        const action = sub === "log" ? "get" : "connect";
        // Connections are about their options: a client that looks for how a kind is patched must not meet its proxy.
        const connection = sub === "log" ? gvk : { ...gvk, kind: `${kind}${sub === "portforward" ? "PortForward" : camel(sub)}Options` };
        paths[path] = {
          ...Object.fromEntries(
            verbs.map((verb) => [
              verb,
              operation(
                action,
                sub === "log" ? id("read", suffix) : id("connect", suffix, false, camel(verb)),
                {
                  description: `${verb.toUpperCase()} requests to ${sub} of ${kind}`,
                  responses: {
                    200: { description: "OK", content: { [sub === "log" ? "text/plain" : "*/*"]: { schema: { type: "string" } } } },
                    401: { description: "Unauthorized" },
                  },
                },
                connection,
              ),
            ]),
          ),
          parameters,
        };
      }
    }
  }
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}
