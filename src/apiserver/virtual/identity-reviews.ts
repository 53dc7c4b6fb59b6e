import type { SelfSubjectReview, TokenReview, UserInfo as ApiUserInfo } from "../../api/index.ts";
import { badRequest } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { decodeBody } from "../decode.ts";
import type { UserInfo } from "../types.ts";
import type { VirtualResource } from "./types.ts";

const userInfo = ({ name, uid, groups, extra }: UserInfo): ApiUserInfo => ({
  username: name,
  ...(uid ? { uid } : {}),
  ...(groups.length > 0 ? { groups } : {}),
  ...(extra ? { extra } : {}),
});

/** Whom a token stands for (k8s: registry/authentication/tokenreview). */
export const tokenReview: VirtualResource = {
  create(scope) {
    const review = decodeBody(scope) as TokenReview;
    const token = review.spec?.token;
    if (!token) throw badRequest("token is required for TokenReview in authentication");
    const wanted = review.spec.audiences;
    const answer = scope.server.authentication.authenticateToken(token, wanted?.length ? wanted : undefined);
    const status =
      "user" in answer
        ? { authenticated: true, user: userInfo(answer.user), audiences: answer.audiences }
        : { user: {}, error: answer.problem };
    return { ...review, metadata: review.metadata ?? {}, status };
  },
};

/** Who am I (k8s: registry/authentication/selfsubjectreview). */
export const selfSubjectReview: VirtualResource = {
  create({ user, server, requested }) {
    const review: SelfSubjectReview = {
      apiVersion: `${requested.group}/${requested.version}`,
      kind: requested.kind,
      metadata: { creationTimestamp: rfc3339(server.clock.now()) },
      status: { userInfo: userInfo(user) },
    };
    return review;
  },
};
