/**
 * The values of all, once every one of them has settled: after a failure none is still under way.
 * @throws the first failure, in their sequence.
 */
export async function settleAll<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
