import { unauthorized } from "../../machinery/index.ts";
import type { ApiRequest, UserInfo } from "../types.ts";
import { type Authenticated, ISSUER, type TokenAuthenticator, type TokenProblem } from "./tokens.ts";

export const AUTHENTICATED = "system:authenticated";
const UNAUTHENTICATED = "system:unauthenticated";
export const ANONYMOUS: UserInfo = { name: "system:anonymous", groups: [UNAUTHENTICATED] };
/** k8s: bearertoken's error for a token that nobody knows. */
const INVALID = "invalid bearer token";

export interface Authentication {
  /** Who asks. Throws 401. */
  readonly authenticate: (request: ApiRequest) => UserInfo;
  /** Whom a bearer token stands for; without audiences: to this API server. */
  readonly authenticateToken: (token: string, audiences?: readonly string[]) => Authenticated | TokenProblem;
}

/** A user with the group that everybody has who said who he is: the same object for the same user, as decisions are kept by it. */
function createGroupAdder(): (user: UserInfo) => UserInfo {
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
 * in particular, where that is let in. A wrong token, or a certificate of somebody else's authority, is refused (k8s: authentication/request/union).
 */
export function createAuthentication(authenticators: readonly TokenAuthenticator[], anonymous: boolean): Authentication {
  const authenticated = createGroupAdder();
  const authenticateToken: Authentication["authenticateToken"] = (token, audiences = [ISSUER]) => {
    const problems = [INVALID];
    for (const authenticator of token === "" ? [] : authenticators) {
      const answer = authenticator(token, audiences);
      if (answer && "user" in answer) return { ...answer, user: authenticated(answer.user) };
      if (answer) problems.push(answer.problem);
    }
    return { problem: problems.length === 1 ? INVALID : `[${problems.join(", ")}]` };
  };
  return {
    authenticateToken,
    authenticate(request) {
      if (request.user) return request.user;
      if (request.peer?.user) return authenticated(request.peer.user);
      const token = bearerToken(request.headers?.["authorization"] ?? "");
      if (token === undefined) {
        if (request.peer || !anonymous) throw unauthorized();
        return ANONYMOUS;
      }
      const answer = authenticateToken(token);
      if (!("user" in answer)) throw unauthorized();
      return answer.user;
    },
  };
}

/** Undefined for any other scheme: nobody here understands it, and so it says nothing of anybody. */
function bearerToken(header: string): string | undefined {
  const [scheme = "", token] = header.trim().split(/ +/);
  return scheme.toLowerCase() === "bearer" ? token : undefined;
}
