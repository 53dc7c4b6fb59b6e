import type { Account, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";

export function account(c: Cursor): Account {
  const token = c.next();
  if (token.kind === "end" || token.kind === "op") c.fail();
  const user = c.pg && token.kind === "word" ? token.lower : token.text;
  if (!c.pg && token.kind === "variable") c.fail();
  if (!c.pg && /^current_user$/i.test(user) && token.kind === "word") {
    if (c.takesOp("(")) c.wantsOp(")");
    return { user: "", host: "" };
  }
  if (!c.pg && c.takesOp("@")) return { user, host: c.next().text };
  if (!c.pg && c.token.kind === "variable") return { user, host: c.next().text.slice(1) };
  return { user, host: "%" };
}

function accountList(c: Cursor): readonly (readonly [Account, string | undefined])[] {
  return c.list(() => {
    const who = account(c);
    let password: string | undefined;
    if (c.takes("identified")) {
      if (c.takes("by")) {
        c.takes("password");
        password = c.string();
      } else {
        if (!c.takes("with")) c.wants("via");
        c.next();
        if (c.takes("by") || c.takes("using") || c.takes("as"))
          password = c.takes("password") ? c.inParens(() => c.string())[0] : c.string();
      }
    }
    return [who, password] as const;
  });
}

function roleAttributes(c: Cursor): { readonly password: string | undefined; readonly attributes: Readonly<Record<string, boolean>> } {
  const attributes: Record<string, boolean> = {};
  let password: string | undefined;
  c.takes("with");
  for (;;) {
    const { lower } = c.token;
    if (c.takes("password") || c.takes("encrypted", "password")) {
      if (!c.takes("null")) password = c.string();
    } else if (c.takes("valid", "until")) {
      if (c.string() !== "infinity") throw new NotSimulated("passwords that expire are not simulated by Timonel");
    } else if (c.takes("connection", "limit")) {
      if (!(c.takesOp("-") && c.integer() === 1)) throw new NotSimulated("CONNECTION LIMIT is not simulated by Timonel");
    } else if (c.sees("in", "role") || c.sees("in", "group") || c.sees("role") || c.sees("admin"))
      throw new NotSimulated("membership of roles is not simulated by Timonel");
    else if (/^(no)?(superuser|createdb|createrole|login|inherit|replication|bypassrls)$/.test(lower)) {
      c.next();
      attributes[lower.replace(/^no/, "")] = !lower.startsWith("no");
    } else return { password, attributes };
  }
}

export function user(c: Cursor, alter: boolean): Statement {
  const word = c.last.lower === "role" ? "role" : "user";
  const quietly = c.takes("if", alter ? "exists" : "not") && (alter || (c.wants("exists"), true));
  if (!c.pg) {
    const accounts = accountList(c);
    if (c.takes("require") && !c.takes("none")) throw new NotSimulated("connections that REQUIRE encryption are not simulated by Timonel");
    return { kind: "create user", accounts, quietly, alter, attributes: {}, word };
  }
  const who = account(c);
  if (alter && (c.takes("set") || c.takes("reset"))) {
    const sets = c.last.lower === "set";
    const name = c.takes("time", "zone") ? "timezone" : c.name();
    if (sets && !c.takesOp("=")) c.wants("to");
    return { kind: "role setting", role: who.user, name, value: sets ? c.next().text : undefined };
  }
  if (alter && c.sees("rename")) throw new NotSimulated("renaming roles is not simulated by Timonel");
  const { password, attributes } = roleAttributes(c);
  return {
    kind: "create user",
    accounts: [[who, password]],
    quietly,
    alter,
    attributes: alter ? attributes : { login: word === "user", ...attributes },
    word,
  };
}

export function grant(c: Cursor, revoke: boolean): Statement {
  c.next();
  const privileges: string[] = [];
  do {
    let words = "";
    while (c.token.kind === "word" && !c.sees("on") && !c.sees("to") && !c.sees("from"))
      words += `${words === "" ? "" : " "}${c.next().lower}`;
    if (c.seesOp("(")) throw new NotSimulated("privileges on columns are not simulated by Timonel");
    if (words === "") c.fail();
    privileges.push(words.replace(/^all( privileges)?$/, "all privileges"));
  } while (c.takesOp(","));
  let on: (Statement & { kind: "grant" })["on"];
  if (c.takes("on")) {
    if (c.pg && c.takes("all")) {
      const what = c.takes("tables") ? "all tables" : c.takes("sequences") ? "all sequences" : undefined;
      if (!what) throw new NotSimulated(`privileges on ALL ${c.token.text.toUpperCase()} are not simulated by Timonel`);
      c.wants("in", "schema");
      return granted(c, revoke, privileges, { database: c.name(), table: "*", what });
    }
    if (/^(function|procedure|routine|language|type|domain|foreign|large|parameter|tablespace)$/.test(c.token.lower))
      throw new NotSimulated(`privileges on ${c.token.text.toUpperCase()} are not simulated by Timonel`);
    const what = c.takes("database") ? "database" : c.takes("schema") ? "schema" : c.pg && c.takes("sequence") ? "sequence" : "table";
    if (what === "table") c.takes("table");
    if (c.takesOp("*")) {
      if (c.takesOp(".")) {
        c.wantsOp("*");
        on = { database: "*", table: "*", what };
      } else on = { database: "", table: "*", what };
    } else {
      const first = c.name();
      if (c.takesOp(".")) on = { database: first, table: c.takesOp("*") ? "*" : c.name(), what };
      else {
        const named = what === "table" || what === "sequence";
        on = { database: named ? "" : first, table: named ? first : "*", what };
      }
      if (c.pg && c.seesOp(",")) throw new NotSimulated("GRANT on a list of objects is not simulated by Timonel");
    }
  }
  return granted(c, revoke, privileges, on);
}
function granted(c: Cursor, revoke: boolean, privileges: readonly string[], on: (Statement & { kind: "grant" })["on"]): Statement {
  c.wants(revoke ? "from" : "to");
  const who = accountList(c);
  const option = c.takes("with", "grant", "option");
  if (!c.takes("cascade")) c.takes("restrict");
  return { kind: "grant", revoke, privileges, on, accounts: who.map(([a]) => a), passwords: who.map(([, p]) => p), option };
}
