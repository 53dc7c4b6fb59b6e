/** Root, who may do everything. */
export const rootUser = {
  uid: 0,
  gid: 0,
  groups: [0],
  real: { uid: 0, gid: 0 },
  capable: () => true,
  reap: () => {},
  limit: () => [Infinity, Infinity] as const,
  setLimit: () => {},
};
