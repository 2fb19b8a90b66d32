using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>Random schedules of submits, cancels, classes, weights, deadlines, equal pairs and faults.</summary>
public sealed class ScoringScheduleTests
{
    private const int Schedules = 1_000;

    // A key's last digit says what its pair does: score, give NaN, or fail every run that it is in.
    private const int NaN = 8;
    private const int Poison = 9;

    [Fact]
    public void Every_pair_is_answered_once_with_its_own_score_whatever_happens()
    {
        for (var seed = 0; seed < Schedules; seed++)
        {
            new Schedule(seed).Play();
        }
    }

    private sealed class Schedule(int seed)
    {
        private static readonly TokenPrefix[] Prefixes = [TokenPrefix.Empty, new(new[] { 1, 2, 3 }), new(new[] { 1, 2, 4 })];

        private readonly Random _random = new(seed);
        private readonly ScoringWorld _world = new();
        private readonly List<ScoringJob> _jobs = [];
        private readonly HashSet<ScoringJob> _cancelled = [];
        private readonly HashSet<ScoringJob> _late = [];
        private int _outOfMemory;

        public void Play()
        {
            var submits = _random.Next(1, 25);
            _outOfMemory = _random.Next(3);
            for (var step = 0; ; step++)
            {
                Assert.True(step < 20_000, $"Seed {seed} does not end.");
                switch (_random.Next(8))
                {
                    case 0 when _jobs.Count < submits:
                        Submit();
                        break;
                    case 1 when _jobs.Count > 0 && _random.Next(4) == 0:
                        Cancel(_jobs[_random.Next(_jobs.Count)]);
                        break;
                    case 2:
                        _world.Now += TimeSpan.FromSeconds(_random.Next(3));
                        ExpireLate();
                        break;
                    default:
                        if (!Run() && _jobs.Count == submits && _jobs.TrueForAll(job => job.Ended.IsCompleted))
                        {
                            Check();
                            return;
                        }

                        break;
                }
            }
        }

        private static float LogitOf(PairKey key) => (float)((int)key.Value * 0.5);

        private static int KindOf(PairKey key) => (int)(key.Value % 10);

        private void Submit()
        {
            // Few different pairs, so that many are equal; those of one key have one length.
            PairKey[] keys = [.. Enumerable.Range(0, _random.Next(1, 30)).Select(_ => new PairKey((UInt128)_random.Next(_random.Next(2) == 0 ? 400 : 7)))];
            if (_random.Next(3) > 0)
            {
                keys = [.. keys.Select(key => KindOf(key) >= NaN ? new PairKey(key.Value - 5) : key)];
            }

            var prefix = _random.Next(Prefixes.Length);
            keys = [.. keys.Select(key => new PairKey(key.Value + ((UInt128)prefix * 1_000)))];
            var request = new ScoringRequest("q", [])
            {
                WorkClass = _random.Next(3) == 0 ? WorkClass.Bulk : WorkClass.Interactive,
                Weight = _random.Next(4) == 0 ? 0.1 : 1,
                Deadline = _random.Next(4) == 0 ? _world.Now + TimeSpan.FromSeconds(_random.Next(5)) : null,
            };
            _jobs.Add(_world.Add([.. keys.Select(key => 1 + ((int)key.Value * 7 % 300))], request, keys, Prefixes[prefix]));
        }

        private void Cancel(ScoringJob job)
        {
            if (!job.IsComplete && !job.IsDropped)
            {
                _cancelled.Add(job);
                Drop(job);
            }
        }

        private void ExpireLate()
        {
            foreach (var job in _jobs.Where(job => job.IsLate(_world.Now) && !job.IsComplete && !job.IsDropped).ToArray())
            {
                _late.Add(job);
                Drop(job);
            }
        }

        private void Drop(ScoringJob job)
        {
            _world.State.Drop(job);
            job.Cancel(CancellationToken.None);
        }

        private bool Run()
        {
            if (!_world.Form())
            {
                return false;
            }

            var run = _world.Run;
            Assert.All(run.Pairs, pair => Assert.Equal(run.Pairs[0].Job.Encoded.Prefix, pair.Job.Encoded.Prefix));
            Assert.Equal(run.Count, run.Pairs.Select(pair => pair.Job.Keys[pair.Index]).Distinct().Count());
            Assert.True(run.Count == 1 || run.Cells <= 512 || run.IsRepeated);
            if (_random.Next(6) == 0)
            {
                _world.State.PutBack(run);
                return true;
            }

            Assert.DoesNotContain(run.Pairs, pair => pair.Job.IsDropped || pair.Job.IsLate(_world.Now));
            if (_random.Next(4) == 0 && _jobs.Count > 0)
            {
                Cancel(_jobs[_random.Next(_jobs.Count)]);
            }

            if (_outOfMemory > 0 && run.Count > 1 && _random.Next(20) == 0)
            {
                _outOfMemory--;
                _world.State.Fail(run, new InsufficientMemoryException());
            }
            else if (run.Pairs.Exists(pair => KindOf(pair.Job.Keys[pair.Index]) == Poison))
            {
                _world.State.Fail(run, new ScoringException("A pair fails its run."));
            }
            else
            {
                _world.End(pair => pair.Job.Keys[pair.Index] is var key && KindOf(key) == NaN ? float.NaN : LogitOf(key));
            }

            return true;
        }

        private void Check()
        {
            foreach (var job in _jobs)
            {
                if (job.Ended.IsCompletedSuccessfully)
                {
                    Assert.Equal(job.Keys.Select(LogitOf), Enumerable.Range(0, job.Keys.Length).Select(index => job.ScoreOf(index).Logit));
                }
                else if (job.Ended.IsFaulted)
                {
                    Assert.Contains(job.Keys, key => KindOf(key) >= NaN);
                }
                else
                {
                    Assert.True(_cancelled.Contains(job) || _late.Contains(job));
                }
            }

            Assert.False(_world.Form());
            Assert.All(Enum.GetValues<WorkClass>(), each => Assert.Equal(0, _world.State.CountWaiting(each).Pairs));
        }
    }
}
