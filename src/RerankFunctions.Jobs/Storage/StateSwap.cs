using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Swaps stored states and finds out what became of a swap whose response was lost.</summary>
public static class StateSwap
{
    /// <summary>Decides on a state and swaps it. A swap that another writer has won is decided anew on the state of that writer.</summary>
    /// <param name="current">The state as last read or written.</param>
    /// <param name="decide">Decides on a state and does what must be done before the swap. A decision without a next state swaps nothing.</param>
    /// <param name="swap">Replaces a state by the next one; returns null when the stored state is not the one that was read.</param>
    /// <param name="read">Reads the stored state; returns null when it is gone.</param>
    /// <returns>The stored state now and the decision that holds; null when the state is gone.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the state may have been written.</exception>
    public static async Task<(Versioned<T> Stored, TDecision Decision)?> DecideAsync<T, TDecision>(
        Versioned<T> current,
        Func<T, Task<(TDecision Decision, T? Next)>> decide,
        Func<Versioned<T>, T, Task<Versioned<T>?>> swap,
        Func<Task<Versioned<T>?>> read)
        where T : SwappedState
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(decide);
        while (true)
        {
            var seen = current;
            var (decision, next) = await decide(seen.Value);
            if (next is null)
            {
                return (seen, decision);
            }

            var (stored, isWritten) = await RunAsync(next, marked => swap(seen, marked), read);
            if (stored is null)
            {
                return null;
            }

            if (isWritten)
            {
                return (stored, decision);
            }

            current = stored;
        }
    }

    /// <summary>Swaps a state if nobody else has written it since it was read.</summary>
    /// <param name="next">The next state. It is written with a mark, by which this writer knows it again.</param>
    /// <param name="swap">Writes the next state; returns null when the stored state is not the one that was read.</param>
    /// <param name="read">Reads the stored state; returns null when it is gone.</param>
    /// <returns>The stored state now, null when it is gone; and whether it is the one that this call has written.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the state may have been written.</exception>
    public static async Task<(Versioned<T>? Stored, bool IsWritten)> RunAsync<T>(
        T next, Func<T, Task<Versioned<T>?>> swap, Func<Task<Versioned<T>?>> read)
        where T : SwappedState
    {
        ArgumentNullException.ThrowIfNull(swap);
        ArgumentNullException.ThrowIfNull(read);
        next = next with { Write = SwappedState.NewMark() };
        if (await swap(next) is { } written)
        {
            return (written, true);
        }

        // A try before this one may have written the state and lost the response.
        var stored = await read();
        return (stored, stored?.Value.Write == next.Write);
    }
}
