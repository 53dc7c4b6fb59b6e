import type { ServiceAccountTokens } from "./authn/service-account-tokens.ts";
import { ISSUER } from "./authn/tokens.ts";
import type { ApiRequest, ApiResponse } from "./types.ts";

/** Where a stranger finds the keys that service accounts' tokens are signed with (k8s: serviceaccount/openidmetadata.go); undefined for other paths. */
export function openId({ path }: ApiRequest, tokens: ServiceAccountTokens): ApiResponse | undefined {
  const headers = { "cache-control": "public, max-age=3600" };
  if (path === "/.well-known/openid-configuration") {
    const body = {
      issuer: ISSUER,
      jwks_uri: "https://127.0.0.1:6443/openid/v1/jwks",
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    return { status: 200, contentType: "application/json", headers, body };
  }
  if (path !== "/openid/v1/jwks") return undefined;
  return { status: 200, contentType: "application/jwk-set+json", headers, body: tokens.jwks() };
}
