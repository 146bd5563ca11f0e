using System.Diagnostics;
using Vantage.Actors.Cameras;
using Vantage.Actors.Tests.Runtime;
using Vantage.Actors.Units;

namespace Vantage.Actors.Tests.Units;

public class UnitBehaviourTests
{
    [Fact(DisplayName = "A unit is registered, and registered anew when anything differs; the same again is a retry")]
    public void Units()
    {
        var unit = new UnitBehaviour();
        var context = new FakeContext(unit, "vehicle/v");
        RegisterUnit first = new("v", "a", "沪A1", [new DeviceKey("jt808", "1")]);
        Assert.Equal(new UnitRegistration(IsNew: true), context.Send(first));
        Assert.Equal(new UnitRegistration(IsNew: false), context.Send(first with { Devices = [new DeviceKey("jt808", "1")] }));
        Assert.Single(context.Recorded);

        RegisterUnit[] others =
            [first with { Name = "w" }, first with { Squad = null }, first with { Plate = null }, first with { Devices = [] }];
        foreach (var other in others)
        {
            context.Recorded.Clear();
            context.Send(other);
            context.Send(other);
            var registered = Assert.IsType<UnitRegistered>(Assert.Single(context.Recorded));
            Assert.Equal(("vehicle/v", other.Name, other.Squad, other.Plate), (registered.Unit, registered.Name, registered.Squad, registered.Plate));
        }

        Assert.Throws<UnreachableException>(() => unit.Receive("?", context));
        Assert.Throws<UnreachableException>(() => unit.Apply("?"));
    }

    [Fact(DisplayName = "[MOT-5] each change of duty is recorded once, of a unit that nobody registered, too")]
    public void Duty()
    {
        var unit = new UnitBehaviour();
        var context = new FakeContext(unit, "officer/1");
        var until = context.Now.AddHours(8);
        foreach (var report in new ReportDuty[] { new(false, until), new(false, null), new(true, null), new(false, until) })
        {
            context.Recorded.Clear();
            Assert.Equal(new DutyReceipt(report.OnDuty, report.Until), context.Send(report));
            var at = context.Now;
            Assert.Equal(new DutyReceipt(report.OnDuty, report.Until), context.Send(report));
            Assert.Equal(new UnitDutyReported("officer/1", at, report.OnDuty, report.Until), Assert.Single(context.Recorded));
        }

        Assert.Equal(new UnitRegistration(IsNew: true), context.Send(new RegisterUnit("v", null, null, [])));
    }

    [Fact(DisplayName = "A camera is registered before it has a state; each change of state is recorded once")]
    public void Cameras()
    {
        var camera = new CameraBehaviour();
        var context = new FakeContext(camera, "camera/c");
        Assert.Equal(new CameraReceipt(IsNew: true, IsKnown: false), context.Send(new ReportCameraState(CameraState.Online)));
        Assert.Empty(context.Recorded);

        RegisterCamera register = new("c", 121.4, 31.2, "自建", ["S1"], 90, ["rtsp://a"]);
        Assert.Equal(new CameraReceipt(IsNew: true, IsKnown: true), context.Send(register));
        Assert.Equal(new CameraReceipt(IsNew: false, IsKnown: true), context.Send(register with { Classes = ["S1"], Streams = ["rtsp://a"] }));
        Assert.Single(context.Recorded);
        context.Send(register with { Heading = 91 });
        Assert.Equal(2, context.Recorded.Count);

        foreach (var state in new[] { CameraState.Online, CameraState.Offline, CameraState.Online })
        {
            context.Recorded.Clear();
            context.Send(new ReportCameraState(state));
            context.Send(new ReportCameraState(state));
            Assert.Equal(new CameraStateChanged("c", context.Now.AddSeconds(-1), state), Assert.Single(context.Recorded));
        }

        Assert.Throws<UnreachableException>(() => camera.Receive("?", context));
        Assert.Throws<UnreachableException>(() => camera.Apply("?"));
    }

    [Fact(DisplayName = "The camera directory keeps a state over a new registration, and knows no state of the unknown")]
    public void Directory()
    {
        var cameras = new CameraDirectory();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        cameras.Apply(new CameraStateChanged("c", at, CameraState.Online));
        Assert.Null(cameras.Find("c"));

        var registered = new CameraRegistered("c", at, "c", 121, 31, null, [], null, []);
        cameras.Apply(registered);
        cameras.Apply(new CameraStateChanged("c", at, CameraState.Online));
        cameras.Apply(registered with { Name = "d" });
        Assert.Equal(new CameraView(registered with { Name = "d" }, CameraState.Online), cameras.Find("c"));
    }
}
