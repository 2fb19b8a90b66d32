using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Calibration;

/// <summary>
/// Measures the runs of a model when it is loaded. Runs grow until they give no more tokens per second or take too long for urgent work to wait for them.
/// What a run costs is kept on disk, so that a model is measured once on a machine.
/// </summary>
/// <param name="store">The costs that are known.</param>
/// <param name="time">The clock of runs.</param>
/// <param name="logger">Receives the result.</param>
internal sealed partial class Calibrator(CostStore store, TimeProvider time, ILogger<Calibrator> logger)
{
    private const int ShortTokens = 16;
    private const int LongTokens = 128;
    private const int MaxRepeats = 5;
    private const int RowsOnCpu = 64;
    private const int RowsOnCuda = 512;

    // The smallest run that is nearly as good as the best is the limit: urgent work waits for the run under way.
    private const double NearlyBest = 1.02;
    private static readonly TimeSpan MaxRunTime = TimeSpan.FromMilliseconds(150);

    // Times differ between equal runs. A size that is so much worse than a smaller one shows that larger ones gain nothing.
    private const double ClearlyWorse = 1.05;

    // A start must not take much longer for the measurement; a slow model gets a run or two of each size.
    private static readonly TimeSpan MaxTimePerSize = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(3);

    /// <summary>Returns the cost of a model's runs, from disk or by running it.</summary>
    /// <param name="family">The model, not used by anything else meanwhile.</param>
    /// <param name="cancellationToken">Ends the measurement between two sizes.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    public RunCost Measure(IModelFamily family, CancellationToken cancellationToken)
    {
        var model = family.Description;
        if (store.Read(model) is { } known)
        {
            return known;
        }

        var started = time.GetTimestamp();
        var cost = Run(family, started, cancellationToken);
        store.Write(model, cost);
        var elapsed = time.GetElapsedTime(started).TotalMilliseconds;
        LogMeasured(logger, cost.FixedCells, cost.MaxTokens, cost.MaxRows, elapsed);
        return cost;
    }

    private RunCost Run(IModelFamily family, long started, CancellationToken cancellationToken)
    {
        var maxRows = family.Description.Device == Device.Cuda ? RowsOnCuda : RowsOnCpu;
        using var job = family.Encode(
            new ScoringRequest("a", [Words(ShortTokens / 2), Words(LongTokens), "a"]), cancellationToken);
        var batch = family.CreateMicroBatch();
        var (shortCells, length, rows) = (job.LengthOf(0), job.LengthOf(1), 1);
        if (TryTime(batch, job, pair: 0, rows) is not { } shortTime || TryTime(batch, job, pair: 1, rows) is not { } longTime)
        {
            // The graph takes fewer tokens than its configuration says. Such pairs fail their jobs; others need some limits.
            return new RunCost(1, length, maxRows);
        }

        List<double> timesPerCell = [longTime / length];
        for (rows = 2; rows <= maxRows && timesPerCell.Min() * rows * length <= MaxRunTime.TotalSeconds && time.GetElapsedTime(started) < MaxTime; rows *= 2)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTime(batch, job, pair: 1, rows) / (rows * length) is not { } timePerCell || timePerCell > timesPerCell.Min() * ClearlyWorse)
            {
                break;
            }

            timesPerCell.Add(timePerCell);
        }

        var best = timesPerCell.Min();
        var maxTokens = length << timesPerCell.FindIndex(timePerCell => timePerCell <= best * NearlyBest);
        return new RunCost((int)Math.Clamp((shortTime / best) - shortCells, 1, maxTokens), maxTokens, maxRows);
    }

    private double? TryTime(MicroBatch batch, EncodedJob job, int pair, int rows)
    {
        try
        {
            return Time(batch, job, pair, rows);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ScoringException)
        {
            return null;
        }
    }

    /// <returns>The shortest time of some runs in seconds, of a pair in equal rows.</returns>
    private double Time(MicroBatch batch, EncodedJob job, int pair, int rows)
    {
        var pairs = Enumerable.Repeat(new EncodedPair(job, pair), rows).ToArray();
        var logits = new float[rows];
        var (began, shortest) = (time.GetTimestamp(), double.MaxValue);

        // The first run of a shape is slower than those that follow it.
        for (var run = 0; run <= MaxRepeats; run++)
        {
            batch.Prepare(pairs);
            var started = time.GetTimestamp();
            batch.Run(logits);
            shortest = Math.Min(shortest, time.GetElapsedTime(started).TotalSeconds);
            if (time.GetElapsedTime(began) > MaxTimePerSize)
            {
                break;
            }
        }

        return shortest;
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("a", count));

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Runs are measured: a run costs as much as {FixedCells} tokens beside its own and takes up to {MaxTokens} tokens and {MaxRows} rows, "
            + "in {Milliseconds:0} ms")]
    private static partial void LogMeasured(ILogger logger, int fixedCells, int maxTokens, int maxRows, double milliseconds);
}
