import type { Files } from "../../types.ts";
import type { HttpConnection } from "./http.ts";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  htm: "text/html; charset=utf-8",
  html: "text/html; charset=utf-8",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  xml: "text/xml; charset=utf-8",
};
const PLAIN = "text/plain; charset=utf-8";

/** A file of --www, a folder's index.html, or what is in the folder. */
export async function answerFile(fs: Files, connection: HttpConnection, folder: string, path: string): Promise<void> {
  const parts = path.split("/").filter((p) => p !== "" && p !== "." && p !== "..");
  const whole = [folder.replace(/\/$/, "") || "/", ...parts].join("/");
  if (!fs.exists(whole)) return connection.answer(404, PLAIN, "404 page not found\n");
  if (fs.stat(whole).type !== "directory") return connection.answer(200, typeOf(whole), fs.readFile(whole));
  const index = `${whole}/index.html`;
  if (fs.exists(index)) return connection.answer(200, typeOf(index), fs.readFile(index));
  const rows = [...fs.readdir(whole)].sort().map((name) => {
    const shown = fs.stat(`${whole}/${name}`).type === "directory" ? `${name}/` : name;
    return `<a href="${encodeURI(shown)}">${escaped(shown)}</a>\n`;
  });
  const head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n';
  return connection.answer(200, "text/html; charset=utf-8", `${head}<pre>\n${rows.join("")}</pre>\n`);
}

const typeOf = (path: string): string => TYPES[path.split(".").at(-1) ?? ""] ?? PLAIN;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
