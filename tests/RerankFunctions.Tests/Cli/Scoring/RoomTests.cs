using RerankFunctions.Cli.Scoring;

namespace RerankFunctions.Tests.Cli.Scoring;

public sealed class RoomTests
{
    [Fact]
    public async Task Work_waits_until_there_is_room()
    {
        var room = new Room(10);
        await room.EnterAsync(6, CancellationToken.None);
        await room.EnterAsync(4, CancellationToken.None);
        var third = room.EnterAsync(5, CancellationToken.None);
        room.Leave(4);
        Assert.False(third.IsCompleted);

        room.Leave(6);

        await third.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Work_larger_than_the_room_enters_alone()
    {
        var room = new Room(10);
        await room.EnterAsync(1, CancellationToken.None);
        var large = room.EnterAsync(100, CancellationToken.None);
        Assert.False(large.IsCompleted);
        room.Leave(1);
        await large.WaitAsync(TimeSpan.FromMinutes(1));
        var next = room.EnterAsync(0, CancellationToken.None);

        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Work_that_gives_up_takes_no_room()
    {
        using var cancel = new CancellationTokenSource();
        var room = new Room(10);
        await room.EnterAsync(10, CancellationToken.None);
        var waiting = room.EnterAsync(1, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        room.Leave(10);

        await room.EnterAsync(10, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
    }
}
