import { accessForbidden, goQuote, internalError } from "../../machinery/index.ts";
import type { Attributes, Decision, ResourceAttributes } from "../authz/types.ts";
import type { ApiRequest, UserInfo } from "../types.ts";
import { ANONYMOUS, AUTHENTICATED } from "./index.ts";
import { accountOfUser, accountGroups } from "./accounts.ts";

const EXTRA = "impersonate-extra-";
const AUTHENTICATION = "authentication.k8s.io";

interface Ask {
  readonly resource: ResourceAttributes;
  readonly apply: (user: UserInfo) => UserInfo;
}

/** Whom a request is made as: the headers Impersonate-*, each of which its user must be allowed to set (k8s: endpoints/filters/impersonation.go). */
export function impersonated(request: ApiRequest, user: UserInfo, authorize: (attributes: Attributes) => Decision): UserInfo {
  const { headers } = request;
  if (headers === undefined) return user;
  const asks = asksOf(headers);
  if (asks.length === 0) return user;
  const name = headers["impersonate-user"];
  if (!name) {
    const kinds = asks.map((ask) => ask.resource.resource).join(", ");
    throw internalError(`${goQuote(request.path)}: requested ${kinds} without impersonating a user`);
  }
  let as: UserInfo = { name, groups: accountGroups(name) ?? [] };
  if (headers["impersonate-group"]) as = { ...as, groups: [] };
  for (const { resource, apply } of asks) {
    const attributes = { user, verb: "impersonate", resource, path: request.path };
    const { allowed, reason } = authorize(attributes);
    if (!allowed) throw accessForbidden({ user: user.name, verb: "impersonate", ...resource }, reason);
    as = apply(as);
  }
  const everybody = name === ANONYMOUS.name ? "system:unauthenticated" : AUTHENTICATED;
  const known = as.groups.includes(AUTHENTICATED) || as.groups.includes("system:unauthenticated");
  return known ? as : { ...as, groups: [...as.groups, everybody] };
}

const about = (resource: string, name: string, more: Partial<ResourceAttributes> = {}): ResourceAttributes => ({
  group: "",
  resource,
  subresource: "",
  namespace: "",
  name,
  ...more,
});

function asksOf(headers: Readonly<Record<string, string>>): readonly Ask[] {
  const asks: Ask[] = [];
  const name = headers["impersonate-user"];
  if (name) {
    const account = accountOfUser(name);
    const resource = account ? about("serviceaccounts", account.name, { namespace: account.namespace }) : about("users", name);
    asks.push({ resource, apply: (user) => user });
  }
  for (const group of values(headers["impersonate-group"]))
    asks.push({ resource: about("groups", group), apply: (user) => ({ ...user, groups: [...user.groups, group] }) });
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(EXTRA)) continue;
    const key = unescapedKey(header.slice(EXTRA.length));
    for (const one of values(value))
      asks.push({
        resource: about("userextras", one, { group: AUTHENTICATION, subresource: key }),
        apply: (user) => ({ ...user, extra: { ...user.extra, [key]: [...(user.extra?.[key] ?? []), one] } }),
      });
  }
  const uid = headers["impersonate-uid"];
  if (uid) asks.push({ resource: about("uids", uid, { group: AUTHENTICATION }), apply: (user) => ({ ...user, uid }) });
  return asks;
}

/** A header that came more than once is one text, joined as Node and Fetch do; a group may hold commas itself. */
const values = (header: string | undefined): readonly string[] => (header ? header.split(", ") : []);

/** A key that can't be unescaped stands for itself. */
function unescapedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
