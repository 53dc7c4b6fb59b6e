import type { UserInfo } from "../types.ts";

/** Bearer tokens that stand for users whatever happens. */
export type Tokens = ReadonlyMap<string, UserInfo>;

/** Whom a token stands for, and for which of the audiences that were asked for. */
export interface Authenticated {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Why a token that is of the right make does not hold. */
export interface TokenProblem {
  readonly problem: string;
}

/** One way of telling whom a bearer token stands for; undefined: not one of its tokens. */
export type TokenAuthenticator = (token: string, audiences: readonly string[]) => Authenticated | TokenProblem | undefined;

/** The issuer of service accounts' tokens, and the audience that the API server counts itself among. */
export const ISSUER = "https://kubernetes.default.svc.cluster.local";

/** --token-auth-file: its tokens are for the API server and nobody else. */
export const staticTokens =
  (tokens: Tokens): TokenAuthenticator =>
  (token, wanted) => {
    const user = tokens.get(token);
    if (!user) return undefined;
    return wanted.includes(ISSUER) ? { user, audiences: [ISSUER] } : undefined;
  };
