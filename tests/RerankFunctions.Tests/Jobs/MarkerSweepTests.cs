using System.Globalization;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Sweeping;

namespace RerankFunctions.Tests.Jobs;

public sealed class MarkerSweepTests
{
    private const int GroupSize = 8;

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(30);

    private readonly List<int> _looked = [];
    private readonly List<int> _failed = [];
    private DateTimeOffset _time = Now;
    private Func<int, DateTimeOffset?> _look = _ => null;

    [Fact]
    public async Task Old_markers_of_all_pages_are_looked_at_and_other_blobs_are_not()
    {
        await SweepAsync(Create([Marker(1), Marker(2, age: MinAge - TimeSpan.FromSeconds(1)), Blob("other")], [Marker(3)]));

        Assert.Equal([1, 3], _looked);
    }

    [Fact]
    public async Task What_is_not_due_is_looked_at_when_it_is()
    {
        var sweep = Create([Marker(1), Marker(2)]);
        _look = id => id == 1 ? Now.AddSeconds(20) : null;

        await SweepAsync(sweep);
        _time = Now.AddSeconds(15);
        await SweepAsync(sweep);
        _time = Now.AddSeconds(30);
        await SweepAsync(sweep);

        Assert.Equal([1, 2, 2, 1, 2], _looked);
    }

    [Fact]
    public async Task One_that_cannot_be_looked_at_is_told_and_keeps_no_other_back()
    {
        _look = id => id == 2 ? throw new StorageUnavailableException("Storage is down.") : null;

        await SweepAsync(Create([.. Enumerable.Range(1, GroupSize + 1).Select(id => Marker(id))]));

        Assert.Equal(Enumerable.Range(1, GroupSize + 1), _looked);
        Assert.Equal([2], _failed);
    }

    [Fact]
    public async Task A_group_that_fails_as_a_whole_ends_the_sweep_and_the_next_one_goes_on()
    {
        var sweep = Create([.. Enumerable.Range(1, 3 * GroupSize).Select(id => Marker(id))]);
        var isDown = true;
        _look = id => isDown && id > GroupSize ? throw new StorageUnavailableException("Storage is down.") : null;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => SweepAsync(sweep));
        Assert.Equal(Enumerable.Range(1, 2 * GroupSize), _looked);
        Assert.Equal(Enumerable.Range(GroupSize + 1, GroupSize), _failed);

        _looked.Clear();
        isDown = false;
        await SweepAsync(sweep);
        Assert.Equal(Enumerable.Range(1, 3 * GroupSize), _looked);
    }

    [Fact]
    public async Task A_sweep_that_runs_is_not_begun_again()
    {
        var looked = 0;
        var go = new TaskCompletionSource<DateTimeOffset?>();
        var sweep = Create([Marker(1)]);
        Task RunAsync() => sweep.RunAsync(
            (_, _) =>
            {
                looked++;
                return go.Task;
            },
            (_, _) => { },
            default);

        var first = RunAsync();
        await RunAsync();
        go.SetResult(null);
        await first;
        await RunAsync();

        Assert.Equal(2, looked);
    }

    private static ListedBlob Blob(string name) => new(name, Now.AddDays(-1), "1", new Dictionary<string, string>());

    private static ListedBlob Marker(int id, TimeSpan? age = null) =>
        new($"{id}", Now - (age ?? MinAge), "1", new Dictionary<string, string>());

    private MarkerSweep<int> Create(params ListedBlob[][] pages) => new(
        (continuation, _) =>
        {
            var page = int.Parse(continuation ?? "0", CultureInfo.InvariantCulture);
            return Task.FromResult(new BlobPage(pages[page], page + 1 < pages.Length ? $"{page + 1}" : null, _time));
        },
        name => int.TryParse(name, CultureInfo.InvariantCulture, out var id) ? id : null,
        MinAge);

    private Task SweepAsync(MarkerSweep<int> sweep) => sweep.RunAsync(
        async (id, _) =>
        {
            _looked.Add(id);
            await Task.CompletedTask;
            return _look(id);
        },
        (id, _) => _failed.Add(id),
        default);
}
