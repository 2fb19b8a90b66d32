namespace RerankFunctions.Inference.Scoring;

/// <summary>A thread of an engine. It is not one of the pool, whose threads may all be tokenizing.</summary>
internal static class EngineThread
{
    /// <summary>Starts a thread.</summary>
    /// <param name="name">Its name, for debuggers.</param>
    /// <param name="run">What it does.</param>
    /// <returns>Ends with the thread.</returns>
    public static Task Start(string name, Action run)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                run();
                ended.SetResult();
            }
            catch (Exception exception)
            {
                // A defect of the engine. The process ends and its jobs go to another one.
                ended.SetException(exception);
                throw;
            }
        })
        {
            IsBackground = true,
            Name = name,
        }.Start();
        return ended.Task;
    }
}
