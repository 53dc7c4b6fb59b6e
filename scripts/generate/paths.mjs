// The paths of an OpenAPI v3 document, derived from the rows of src/api/kinds.ts. tags, ids and actions are as upstream's
// generator makes them: clients find their way by x-kubernetes-group-version-kind and x-kubernetes-action.
import { fileURLToPath } from "node:url";
import { readParameterDescriptions } from "./descriptions.mjs";

const parameter = (where, name, type, own, required = false) => ({
  name,
  in: where,
  description: own ?? said.get(name) ?? name,
  ...(required ? { required } : {}),
  schema: { type, uniqueItems: true },
});
const said = readParameterDescriptions(fileURLToPath(new URL("../../", import.meta.url)));
const query = (name, type) => parameter("query", name, type);
const pretty = query("pretty", "string");
const dryRun = query("dryRun", "string");
const write = [dryRun, query("fieldManager", "string"), query("fieldValidation", "string")];
const force = query("force", "boolean");
const selecting = [
  query("continue", "string"),
  query("fieldSelector", "string"),
  query("labelSelector", "string"),
  query("limit", "integer"),
  query("resourceVersion", "string"),
  query("resourceVersionMatch", "string"),
  query("sendInitialEvents", "boolean"),
  query("shardSelector", "string"),
  query("timeoutSeconds", "integer"),
];
const listing = [query("allowWatchBookmarks", "boolean"), ...selecting, query("watch", "boolean")];
const deleting = [
  dryRun,
  query("gracePeriodSeconds", "integer"),
  query("ignoreStoreReadErrorWithClusterBreakingPotential", "boolean"),
  query("orphanDependents", "boolean"),
  query("propagationPolicy", "string"),
];
const nameParameter = (kind) => parameter("path", "name", "string", `name of the ${kind}`, true);
const namespaceParameter = parameter("path", "namespace", "string", undefined, true);
const restParameter = parameter("path", "path", "string", "path to the resource", true);

const streams = ["stderr", "stdin", "stdout", "tty"].map((name) => query(name, "boolean"));
const containerParameter = query("container", "string");
const proxied = [query("path", "string")];
/** The query of what is no REST at all. */
const connections = {
  attach: [containerParameter, ...streams],
  exec: [query("command", "string"), containerParameter, ...streams],
  portforward: [query("ports", "integer")],
  proxy: proxied,
};
const logParameters = [
  containerParameter,
  query("follow", "boolean"),
  query("insecureSkipTLSVerifyBackend", "boolean"),
  query("limitBytes", "integer"),
  pretty,
  query("previous", "boolean"),
  query("sinceSeconds", "integer"),
  query("stream", "string"),
  query("tailLines", "integer"),
  query("timestamps", "boolean"),
];

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const refTo = (name) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const text = { schema: { type: "string" } };
const WORDS = { 200: "OK", 201: "Created", 202: "Accepted" };
const unauthorized = { 401: { description: "Unauthorized" } };
const content = (schema, types) => Object.fromEntries(types.map((type) => [type, schema]));
const answers = (name, codes, more = []) => ({
  ...Object.fromEntries(
    codes.map((code) => [
      code,
      { description: WORDS[code], content: content(refTo(name), ["application/json", ...more, "application/yaml"]) },
    ]),
  ),
  ...unauthorized,
});
const plainAnswers = (types) => ({ 200: { description: "OK", content: content(text, types) }, ...unauthorized });
const body = (name, required = true) => ({ content: { "*/*": refTo(name) }, ...(required ? { required: true } : {}) });
const patchBody = {
  content: content(
    refTo(`${meta}Patch`),
    ["apply-patch+yaml", "json-patch+json", "merge-patch+json", "strategic-merge-patch+json"].map((type) => `application/${type}`),
  ),
  required: true,
};

/** "core" to "Core", "k8s-io" to "K8sIo". */
const camel = (name) =>
  name
    .split(/[.-]/)
    .map((s) => s[0].toUpperCase() + s.slice(1))
    .join("");

const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const SUFFIX = { portforward: "Portforward", ephemeralcontainers: "Ephemeralcontainers" };
const CONNECTION_KINDS = { attach: "AttachOptions", exec: "ExecOptions", portforward: "PortForwardOptions", proxy: "ProxyOptions" };

/** What upstream's generator calls things of a group: "apps" of apps, "rbacAuthorization" of rbac.authorization.k8s.io. */
function groupWords(group) {
  if (group === "") return ["core"];
  return group.replace(/\.k8s\.io$/, "").split(".");
}

/** Path to item, for the rows of one group-version. `subresourceTypes`: those that speak of another type. */
export function documentPaths(rows, subresourceTypes, typeOf) {
  const paths = {};
  const [{ group, version }] = rows;
  const prefix = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const words = groupWords(group);
  const short = words.map((w, i) => (i === 0 ? w : camel(w))).join("");
  const who = `${camel(short)}${camel(version)}`;
  const tags = [`${short}_${version}`];
  paths[`${prefix}/`] = {
    get: {
      tags,
      description: "get available resources",
      operationId: `get${who}APIResources`,
      responses: answers(`${meta}APIResourceList`, [200]),
    },
  };
  for (const row of rows) addResource(paths, row, { prefix, who, tags, subresourceTypes, typeOf });
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addResource(paths, row, context) {
  const { prefix, who, tags } = context;
  const { group, version, kind, namespaced, plural } = row;
  const gvk = { group, version, kind };
  const type = row.type.name;
  const list = `${type}List`;
  const scoped = namespaced ? "Namespaced" : "";
  const verbs = row.verbs ?? ALL_VERBS;
  const can = (verb) => verbs.includes(verb);
  const operation = (action, operationId, description, rest, about = gvk) => ({
    tags,
    description,
    operationId,
    ...rest,
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": about,
  });
  const scope = namespaced ? [namespaceParameter] : [];
  const collection = namespaced ? `${prefix}/namespaces/{namespace}/${plural}` : `${prefix}/${plural}`;
  const one = `${collection}/{name}`;
  const streaming = ["application/json;stream=watch"];
  const listed = { responses: answers(list, [200], can("watch") || row.virtual ? streaming : []) };
  const created = { requestBody: body(type), responses: answers(type, [200, 201, 202]) };
  const item = (entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const add = (path, entries) => {
    const found = item(entries);
    if (Object.keys(found).some((key) => key !== "parameters")) paths[path] = found;
  };
  const onlyCreates = can("create") && !can("list");
  add(collection, {
    get: can("list")
      ? operation("list", `list${who}${scoped}${kind}`, `list or watch objects of kind ${kind}`, {
          ...(verbs.length === 2 ? {} : { parameters: listing }),
          ...listed,
        })
      : undefined,
    post: can("create")
      ? operation("post", `create${who}${scoped}${kind}`, `create ${article(kind)}`, {
          ...(onlyCreates ? {} : { parameters: write }),
          ...created,
        })
      : undefined,
    delete: can("deletecollection")
      ? operation("deletecollection", `delete${who}Collection${scoped}${kind}`, `delete collection of ${kind}`, {
          parameters: [...deleting, ...selecting],
          requestBody: body(`${meta}DeleteOptions`, false),
          responses: answers(`${meta}Status`, [200]),
        })
      : undefined,
    parameters: [...scope, pretty, ...(onlyCreates ? write : []), ...(verbs.length === 2 ? listing : [])],
  });
  if (namespaced && can("list")) {
    add(`${prefix}/${plural}`, {
      get: operation("list", `list${who}${kind}ForAllNamespaces`, `list or watch objects of kind ${kind}`, listed),
      parameters: [...listing, pretty],
    });
  }
  add(one, {
    get: can("get")
      ? operation("get", `read${who}${scoped}${kind}`, `read the specified ${kind}`, { responses: answers(type, [200]) })
      : undefined,
    put: can("update")
      ? operation("put", `replace${who}${scoped}${kind}`, `replace the specified ${kind}`, {
          parameters: write,
          requestBody: body(type),
          responses: answers(type, [200, 201]),
        })
      : undefined,
    delete: can("delete")
      ? operation("delete", `delete${who}${scoped}${kind}`, `delete ${article(kind)}`, {
          parameters: deleting,
          requestBody: body(`${meta}DeleteOptions`, false),
          responses: answers(row.returnsDeleted ? type : `${meta}Status`, [200, 202]),
        })
      : undefined,
    patch: can("patch")
      ? operation("patch", `patch${who}${scoped}${kind}`, `partially update the specified ${kind}`, {
          parameters: [...write, force],
          requestBody: patchBody,
          responses: answers(type, [200, 201]),
        })
      : undefined,
    parameters: [nameParameter(kind), ...scope, pretty],
  });
  if (can("watch") && !row.virtual) addWatches(paths, row, { ...context, operation, scope, scoped });
  for (const sub of row.subresources ?? []) addSubresource(paths, row, sub, { ...context, operation, scope, scoped, one });
}

const article = (kind) => `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;

/** The deprecated way to watch: a path of its own. */
function addWatches(paths, { kind, plural, namespaced }, { prefix, who, operation, scope, scoped }) {
  const responses = answers(`${meta}WatchEvent`, [200], ["application/json;stream=watch"]);
  const watched = (action, id, parameters) => ({
    get: operation(action, id, `watch ${kind}: deprecated, use 'watch' with a list instead`, { responses }),
    parameters,
  });
  const collection = namespaced ? `${prefix}/watch/namespaces/{namespace}/${plural}` : `${prefix}/watch/${plural}`;
  const all = [...listing, pretty];
  paths[collection] = watched("watchlist", `watch${who}${scoped}${kind}List`, [...scope, ...all]);
  paths[`${collection}/{name}`] = watched("watch", `watch${who}${scoped}${kind}`, [nameParameter(kind), ...scope, ...all]);
  if (namespaced) paths[`${prefix}/watch/${plural}`] = watched("watchlist", `watch${who}${kind}ListForAllNamespaces`, all);
}

function addSubresource(paths, row, sub, { who, operation, scope, scoped, one, subresourceTypes, typeOf }) {
  const { group, version, kind } = row;
  const other = subresourceTypes[sub];
  const type = other ?? row.type.name;
  const about = other === undefined ? { group, version, kind } : typeOf(other).gvk;
  const suffix = SUFFIX[sub] ?? camel(sub);
  const id = (verb) => `${verb}${who}${scoped}${kind}${suffix}`;
  const parameters = [nameParameter(other === undefined ? kind : about.kind), ...scope];
  const path = `${one}/${sub}`;
  if (sub === "log") {
    const types = ["application/json", "application/yaml", "text/plain"];
    paths[path] = {
      get: operation("get", id("read"), `read log of the specified ${kind}`, { responses: plainAnswers(types) }),
      parameters: [...parameters, ...logParameters],
    };
  } else if (sub in connections) {
    const methods = sub === "proxy" ? ["get", "put", "post", "delete", "options", "head", "patch"] : ["get", "post"];
    const options = { group, version, kind: `${kind}${CONNECTION_KINDS[sub]}` };
    const connect = (more, rest = "") => ({
      ...Object.fromEntries(
        methods.map((method) => [
          method,
          operation(
            "connect",
            `connect${who}${camel(method)}${scoped}${kind}${suffix}${rest}`,
            `connect ${method.toUpperCase()} requests to ${sub} of ${kind}`,
            { responses: plainAnswers(["*/*"]) },
            options,
          ),
        ]),
      ),
      parameters: [nameParameter(options.kind), ...scope, ...connections[sub], ...more],
    });
    paths[path] = connect([]);
    if (sub === "proxy") paths[`${path}/{path}`] = connect([restParameter], "WithPath");
  } else if (sub === "finalize") {
    paths[path] = {
      put: operation(
        "put",
        id("replace"),
        `replace ${sub} of the specified ${kind}`,
        { requestBody: body(type), responses: answers(type, [200, 201]) },
        about,
      ),
      parameters: [...parameters, ...write, pretty],
    };
  } else if (other !== undefined && sub !== "scale") {
    paths[path] = {
      post: operation(
        "post",
        id("create"),
        `create ${sub} of ${article(kind)}`,
        { requestBody: body(type), responses: answers(type, [200, 201, 202]) },
        about,
      ),
      parameters: [...parameters, ...write, pretty],
    };
  } else {
    paths[path] = {
      get: operation("get", id("read"), `read ${sub} of the specified ${kind}`, { responses: answers(type, [200]) }, about),
      put: operation(
        "put",
        id("replace"),
        `replace ${sub} of the specified ${kind}`,
        { parameters: write, requestBody: body(type), responses: answers(type, [200, 201]) },
        about,
      ),
      patch: operation(
        "patch",
        id("patch"),
        `partially update ${sub} of the specified ${kind}`,
        { parameters: [...write, force], requestBody: patchBody, responses: answers(type, [200, 201]) },
        about,
      ),
      parameters: [...parameters, pretty],
    };
  }
}

/** Documents that are about no resource: roots of discovery, the version. Path under /openapi/v3 to paths. */
export function rootDocuments(groups) {
  const root = (path, tag, operationId, description, responses) => ({
    [path]: { get: { tags: [tag], description, operationId, responses } },
  });
  const documents = {
    api: root("/api/", "core", "getCoreAPIVersions", "get available API versions", answers(`${meta}APIVersions`, [200])),
    apis: root("/apis/", "apis", "getAPIVersions", "get available API versions", answers(`${meta}APIGroupList`, [200])),
    version: root("/version/", "version", "getCodeVersion", "get the version information for this server", {
      200: { description: "OK", content: content(refTo("io.k8s.apimachinery.pkg.version.Info"), ["application/json"]) },
      ...unauthorized,
    }),
    ".well-known/openid-configuration": root(
      "/.well-known/openid-configuration/",
      "WellKnown",
      "getServiceAccountIssuerOpenIDConfiguration",
      "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      plainAnswers(["application/json"]),
    ),
    "openid/v1/jwks": root(
      "/openid/v1/jwks/",
      "openid",
      "getServiceAccountIssuerOpenIDKeyset",
      "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)",
      plainAnswers(["application/jwk-set+json"]),
    ),
  };
  for (const group of groups) {
    if (group === "") continue;
    const short = groupWords(group)
      .map((w, i) => (i === 0 ? w : camel(w)))
      .join("");
    const answer = answers(`${meta}APIGroup`, [200]);
    documents[`apis/${group}`] = root(`/apis/${group}/`, short, `get${camel(short)}APIGroup`, "get information of a group", answer);
  }
  return documents;
}
