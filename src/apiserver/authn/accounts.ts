const PREFIX = "system:serviceaccount:";

/** A service account as a user's name gives it (k8s: authentication/serviceaccount SplitUsername). */
export function accountOfUser(user: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(PREFIX)) return undefined;
  const [namespace = "", name = "", more] = user.slice(PREFIX.length).split(":");
  return more !== undefined || namespace === "" || name === "" ? undefined : { namespace, name };
}

/** The groups of a service account by its user name; undefined for any other user. */
export function accountGroups(user: string): readonly string[] | undefined {
  const account = accountOfUser(user);
  return account && ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`];
}
