using static RerankFunctions.Inference.Onnx.OnnxFieldKind;
using F = RerankFunctions.Inference.Onnx.OnnxFields;

namespace RerankFunctions.Inference.Onnx;

/// <summary>The fields of ONNX messages, from onnx.proto of github.com/onnx/onnx. Texts that only people read are left out.</summary>
internal static class OnnxSchema
{
    private const int MaxAttributeType = 14;
    private const int MaxDataLocation = 1;

    /// <summary>Returns the description of a field; null for a field that nothing here reads.</summary>
    /// <param name="message">The message that holds the field.</param>
    /// <param name="number">The field's number.</param>
    public static OnnxField? Find(OnnxMessage message, int number) => message switch
    {
        OnnxMessage.Model => Model(number),
        OnnxMessage.OperatorSet => number switch { F.OperatorSet.Domain => One(Text), F.OperatorSet.Version => One(Varint64), _ => null },
        OnnxMessage.Graph => Graph(number),
        OnnxMessage.Function => Function(number),
        OnnxMessage.TrainingInfo => number switch
        {
            F.TrainingInfo.Initialization or F.TrainingInfo.Algorithm => One(OnnxMessage.Graph),
            F.TrainingInfo.InitializationBinding or F.TrainingInfo.UpdateBinding => Many(OnnxMessage.Entry),
            _ => null,
        },
        OnnxMessage.Node => Node(number),
        OnnxMessage.Attribute => Attribute(number),
        OnnxMessage.Tensor => Tensor(number),
        OnnxMessage.SparseTensor => number switch
        {
            F.SparseTensor.Values or F.SparseTensor.Indices => One(OnnxMessage.Tensor),
            F.SparseTensor.Dims => Many(Varint64),
            _ => null,
        },
        OnnxMessage.Annotation => number switch { F.Annotation.TensorName => One(Text), F.Annotation.Parameters => Many(OnnxMessage.Entry), _ => null },
        OnnxMessage.Entry => number switch { F.Entry.Key => One(Text), F.Entry.Value => One(Bytes), _ => null },
        OnnxMessage.Value => number switch
        {
            F.Value.Name => One(Text),
            F.Value.Type => One(OnnxMessage.Type),
            F.Value.MetadataProps => Many(OnnxMessage.Entry),
            _ => null,
        },
        OnnxMessage.Type => Type(number),
        OnnxMessage.TensorType => number switch { F.TensorType.ElementType => One(Varint32), F.TensorType.Shape => One(OnnxMessage.Shape), _ => null },
        OnnxMessage.ElementOf => number == F.ElementOf.ElementType ? One(OnnxMessage.Type) : null,
        OnnxMessage.MapType => number switch { F.MapType.KeyType => One(Varint32), F.MapType.ValueType => One(OnnxMessage.Type), _ => null },
        OnnxMessage.Shape => number == F.Shape.Dim ? Many(OnnxMessage.Dim) : null,
        OnnxMessage.Dim => number switch
        {
            F.Dim.Value => One(Varint64) with { IsOneOf = true },
            F.Dim.Name => One(Text) with { IsOneOf = true },
            _ => null,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(message)),
    };

    private static OnnxField? Model(int number) => number switch
    {
        F.Model.IrVersion or F.Model.ModelVersion => One(Varint64),
        F.Model.Graph => One(OnnxMessage.Graph),
        F.Model.OperatorSetImport => Many(OnnxMessage.OperatorSet),
        F.Model.MetadataProps => Many(OnnxMessage.Entry),
        F.Model.TrainingInfo => Many(OnnxMessage.TrainingInfo),
        F.Model.Functions => Many(OnnxMessage.Function),
        _ => null,
    };

    private static OnnxField? Graph(int number) => number switch
    {
        F.Graph.Node => Many(OnnxMessage.Node),
        F.Graph.Name => One(Text),
        F.Graph.Initializer => Many(OnnxMessage.Tensor),
        F.Graph.Input or F.Graph.Output or F.Graph.ValueInfo => Many(OnnxMessage.Value),
        F.Graph.QuantizationAnnotation => Many(OnnxMessage.Annotation),
        F.Graph.SparseInitializer => Many(OnnxMessage.SparseTensor),
        F.Graph.MetadataProps => Many(OnnxMessage.Entry),
        _ => null,
    };

    private static OnnxField? Function(int number) => number switch
    {
        F.Function.Name or F.Function.Domain or F.Function.Overload => One(Text),
        F.Function.Input or F.Function.Output or F.Function.Attribute => Many(Text),
        F.Function.Node => Many(OnnxMessage.Node),
        F.Function.OperatorSetImport => Many(OnnxMessage.OperatorSet),
        F.Function.AttributeProto => Many(OnnxMessage.Attribute),
        F.Function.ValueInfo => Many(OnnxMessage.Value),
        F.Function.MetadataProps => Many(OnnxMessage.Entry),
        _ => null,
    };

    private static OnnxField? Node(int number) => number switch
    {
        F.Node.Input or F.Node.Output => Many(Text),
        F.Node.Name or F.Node.OperatorType or F.Node.Domain or F.Node.Overload => One(Text),
        F.Node.Attribute => Many(OnnxMessage.Attribute),
        F.Node.MetadataProps => Many(OnnxMessage.Entry),
        _ => null,
    };

    private static OnnxField? Attribute(int number) => number switch
    {
        F.Attribute.Name or F.Attribute.ReferenceName => One(Text),
        F.Attribute.Float => One(Fixed32),
        F.Attribute.Integer => One(Varint64),
        F.Attribute.Text => One(Bytes),
        F.Attribute.Tensor => One(OnnxMessage.Tensor),
        F.Attribute.Graph => One(OnnxMessage.Graph),
        F.Attribute.Floats => Many(Fixed32),
        F.Attribute.Integers => Many(Varint64),
        F.Attribute.Texts => Many(Bytes),
        F.Attribute.Tensors => Many(OnnxMessage.Tensor),
        F.Attribute.Graphs => Many(OnnxMessage.Graph),
        F.Attribute.TypeProto => One(OnnxMessage.Type),
        F.Attribute.TypeProtos => Many(OnnxMessage.Type),
        F.Attribute.Type => One(Enumeration) with { Max = MaxAttributeType },
        F.Attribute.SparseTensor => One(OnnxMessage.SparseTensor),
        F.Attribute.SparseTensors => Many(OnnxMessage.SparseTensor),
        _ => null,
    };

    private static OnnxField? Tensor(int number) => number switch
    {
        F.Tensor.Dims or F.Tensor.Int64Data or F.Tensor.UInt64Data => Many(Varint64),
        F.Tensor.DataType => One(Varint32),
        F.Tensor.Segment or F.Tensor.RawData => One(Bytes),
        F.Tensor.FloatData => Many(Fixed32),
        F.Tensor.Int32Data => Many(Varint32),
        F.Tensor.StringData => Many(Bytes),
        F.Tensor.Name => One(Text),
        F.Tensor.DoubleData => Many(Fixed64),
        F.Tensor.ExternalData or F.Tensor.MetadataProps => Many(OnnxMessage.Entry),
        F.Tensor.DataLocation => One(Enumeration) with { Max = MaxDataLocation },
        _ => null,
    };

    private static OnnxField? Type(int number)
    {
        OnnxField? field = number switch
        {
            F.Type.Tensor or F.Type.SparseTensor => One(OnnxMessage.TensorType),
            F.Type.Sequence or F.Type.Optional => One(OnnxMessage.ElementOf),
            F.Type.Map => One(OnnxMessage.MapType),
            F.Type.Opaque => One(Bytes),
            _ => null,
        };
        return field is { } found ? found with { IsOneOf = true } : null;
    }

    private static OnnxField One(OnnxFieldKind kind) => new(kind);

    private static OnnxField One(OnnxMessage child) => new(Message) { Child = child };

    private static OnnxField Many(OnnxFieldKind kind) => new(kind, IsRepeated: true);

    private static OnnxField Many(OnnxMessage child) => new(Message, IsRepeated: true) { Child = child };
}
