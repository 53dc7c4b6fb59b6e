// `npm run openapi`: asks `timonel serve` for its OpenAPI v3 and compares it with the recorded one of v1.36.2, which is
// kept without descriptions in e2e/reference/openapi-v3.json.gz.
//   --record FOLDER  writes that file from documents as a real cluster serves them (FOLDER/apis__apps__v1.json ...)
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { byText } from "./generate/order.mjs";
import { root } from "./setup.mjs";

const fixture = `${root}e2e/reference/openapi-v3.json.gz`;

function withoutDescriptions(value) {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== "object" || value === null) return value;
  const rest = Object.entries(value).filter(([key, v]) => !(key === "description" && typeof v === "string"));
  return Object.fromEntries(rest.map(([key, v]) => [key, withoutDescriptions(v)]));
}

/** Writes the fixture from a folder of recorded documents. */
function record(folder) {
  const documents = {};
  for (const file of readdirSync(folder).sort())
    if (file.endsWith(".json") && file !== "index.json")
      documents[file.slice(0, -".json".length).replaceAll("__", "/")] = withoutDescriptions(
        JSON.parse(readFileSync(join(folder, file), "utf8")),
      );
  writeFileSync(fixture, gzipSync(JSON.stringify(documents), { level: 9 }));
}

/** Path under /openapi/v3 to the recorded document. */
export const recorded = () => JSON.parse(gunzipSync(readFileSync(fixture)).toString());

/** What a real cluster's documents say of media types that we do not speak. */
const UNSPOKEN = /protobuf|cbor/;

/** Facts of a document, one line each: what both must have. */
function facts({ paths = {}, components = {} }) {
  const lines = new Set();
  for (const [path, item] of Object.entries(paths)) {
    lines.add(`path ${path}`);
    const shared = item.parameters ?? [];
    for (const [method, operation] of Object.entries(item)) {
      if (method === "parameters") continue;
      const name = `${method.toUpperCase()} ${path}`;
      lines.add(`${name} ${operation.operationId} ${operation["x-kubernetes-action"] ?? ""}`);
      const gvk = operation["x-kubernetes-group-version-kind"];
      if (gvk) lines.add(`${name} is about ${gvk.group}/${gvk.version} ${gvk.kind}`);
      for (const p of [...shared, ...(operation.parameters ?? [])]) lines.add(`${name} parameter ${p.in} ${p.name} ${p.schema?.type}`);
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
        if (!UNSPOKEN.test(type)) lines.add(`${name} takes ${type} ${schema.$ref ?? schema.type}`);
      for (const [code, { content = {} }] of Object.entries(operation.responses))
        for (const [type, { schema }] of Object.entries(content))
          if (!UNSPOKEN.test(type)) lines.add(`${name} answers ${code} ${type} ${schema.$ref ?? schema.type}`);
    }
  }
  for (const [name, schema] of Object.entries(components.schemas ?? {})) {
    const { properties = {}, required = [], ...rest } = schema;
    lines.add(`schema ${name} ${stable(rest)}`);
    for (const field of required) lines.add(`schema ${name} requires ${field}`);
    for (const [field, value] of Object.entries(properties)) lines.add(`property ${name}.${field} ${stable(value)}`);
  }
  return lines;
}

/** JSON with sorted keys; enums are sets. */
function stable(value) {
  return JSON.stringify(withoutDescriptions(value), (key, v) => {
    if (key === "enum" && Array.isArray(v)) return v.toSorted(byText);
    return typeof v === "object" && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).toSorted(([a], [b]) => byText(a, b)))
      : v;
  });
}

/** What the recorded documents have and ours lack, and the other way round, one line each. */
export function compareOpenApi(theirs, ours) {
  const missing = [];
  const added = [];
  for (const path of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const a = facts(theirs[path] ?? {});
    const b = facts(ours[path] ?? {});
    if (!(path in ours)) missing.push(`document ${path}`);
    else for (const line of a) if (!b.has(line)) missing.push(`${path}: ${line}`);
    if (path in theirs) for (const line of b) if (!a.has(line)) added.push(`${path}: ${line}`);
  }
  return { missing, added };
}

/** Every document of a server: path under /openapi/v3 to document. */
export async function servedDocuments(get) {
  const { paths } = await get("/openapi/v3");
  const documents = {};
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) documents[path] = await get(serverRelativeURL);
  return documents;
}

/** `work(get)` with a fresh `timonel serve`; `get` answers a path's JSON. */
export async function withServer(work, flags = ["--preset", "reference", "--nodes", "0"]) {
  const kubeconfig = join(mkdtempSync(join(tmpdir(), "timonel-openapi-")), "config");
  const server = spawn(process.execPath, [`${root}scripts/timonel.mjs`, "serve", "--port", "0", "--kubeconfig", kubeconfig, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await new Promise((resolve, reject) => {
      let text = "";
      server.stdout.on("data", (chunk) => {
        text += chunk;
        if (/^ready$/m.test(text)) resolve();
      });
      server.once("exit", (code) => reject(new Error(`timonel serve ended with ${code}`)));
    });
    const { parse } = await import("yaml");
    const { clusters, users } = parse(readFileSync(kubeconfig, "utf8"));
    const { server: url, "certificate-authority-data": ca } = clusters[0].cluster;
    const options = {
      ca: Buffer.from(ca, "base64"),
      headers: { authorization: `Bearer ${users[0].user.token}`, accept: "application/json" },
    };
    const get = (path) =>
      new Promise((resolve, reject) => {
        request(url + path, options, (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => (body += chunk));
          response.on("end", () => (response.statusCode === 200 ? resolve(JSON.parse(body)) : reject(new Error(`${path}: ${body}`))));
        })
          .on("error", reject)
          .end();
      });
    return await work(get);
  } finally {
    server.kill();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, folder] = process.argv.slice(2);
  if (flag === "--record") record(folder);
  else {
    const { missing, added } = compareOpenApi(recorded(), await withServer(servedDocuments));
    for (const line of missing) console.log(`missing  ${line}`);
    for (const line of added) console.log(`added    ${line}`);
    console.log(`${missing.length} missing, ${added.length} added`);
    process.exitCode = missing.length > 0 ? 1 : 0;
  }
}
