import type { Account, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { nothing, rest } from "./parse.ts";

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
    } else if (c.takes("valid", "until")) c.string();
    else if (c.takes("connection", "limit")) c.next();
    else if (c.takes("in", "role") || c.takes("in", "group")) c.list(() => c.name());
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
    if (c.sees("require")) rest(c);
    return { kind: "create user", accounts, quietly, alter, attributes: {}, word };
  }
  const who = account(c);
  if (alter && c.sees("set")) {
    rest(c);
    return nothing("ALTER ROLE");
  }
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
    const what = c.takes("database") ? "database" : c.takes("schema") ? "schema" : "table";
    if (what === "table") c.takes("table");
    if (c.pg && c.takes("all")) {
      rest(c);
      return nothing(revoke ? "REVOKE" : "GRANT");
    }
    if (c.takesOp("*")) {
      if (c.takesOp(".")) {
        c.wantsOp("*");
        on = { database: "*", table: "*", what };
      } else on = { database: "", table: "*", what };
    } else {
      const first = c.name();
      if (c.takesOp(".")) on = { database: first, table: c.takesOp("*") ? "*" : c.name(), what };
      else on = { database: what === "table" ? "" : first, table: what === "table" ? first : "*", what };
    }
  }
  c.wants(revoke ? "from" : "to");
  const who = accountList(c);
  const option = c.takes("with", "grant", "option");
  if (!c.takes("cascade")) c.takes("restrict");
  return { kind: "grant", revoke, privileges, on, accounts: who.map(([a]) => a), passwords: who.map(([, p]) => p), option };
}
