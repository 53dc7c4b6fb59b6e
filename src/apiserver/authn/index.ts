import { unauthorized } from "../../machinery/index.ts";
import type { ApiRequest, UserInfo } from "../types.ts";

/** Bearer tokens and whom they stand for. */
export type Tokens = ReadonlyMap<string, UserInfo>;

/** One way of telling whom a bearer token stands for; undefined: not one of its tokens, or one that does not hold any more. */
export type TokenAuthenticator = (token: string) => UserInfo | undefined;

export const AUTHENTICATED = "system:authenticated";
const UNAUTHENTICATED = "system:unauthenticated";
export const ANONYMOUS: UserInfo = { name: "system:anonymous", groups: [UNAUTHENTICATED] };

/** A user with the group that everybody has who said who he is: the same object for the same user, as decisions are kept by it. */
export function createGroupAdder(): (user: UserInfo) => UserInfo {
  const known = new WeakMap<UserInfo, UserInfo>();
  return (user) => {
    if (user.groups.includes(AUTHENTICATED) || user.groups.includes(UNAUTHENTICATED)) return user;
    let added = known.get(user);
    if (!added) known.set(user, (added = { ...user, groups: [...user.groups, AUTHENTICATED] }));
    return added;
  };
}

/**
 * Who asks: known already inside the process, else by the client's certificate, else by its bearer token, else nobody
 * in particular. A wrong token, or a certificate of somebody else's authority, is refused (k8s: authentication/request/union).
 */
export function createAuthenticator(tokens: readonly TokenAuthenticator[]): (request: ApiRequest) => UserInfo {
  const authenticated = createGroupAdder();
  return (request) => {
    if (request.user) return request.user;
    if (request.peer?.user) return authenticated(request.peer.user);
    const header = request.headers?.["authorization"];
    if (!header?.trim()) {
      if (request.peer) throw unauthorized();
      return ANONYMOUS;
    }
    const token = bearerToken(header);
    for (const authenticate of token === undefined ? [] : tokens) {
      const user = authenticate(token as string);
      if (user) return authenticated(user);
    }
    throw unauthorized();
  };
}

function bearerToken(header: string): string | undefined {
  const [scheme = "", token = ""] = header.trim().split(/ +/);
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : undefined;
}
